// Pure pieces of the page: making elements, showing numbers, keeping histories.

export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''));
  return element;
}

export function shape(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  return element;
}

const whole = new Intl.NumberFormat('en');

export function count(number) {
  return whole.format(number);
}

export function milliseconds(ms) {
  if (ms >= 10000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

export function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) {
    number /= 1024;
    unit++;
  }
  return `${unit === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)} ${units[unit]}`;
}

export function age(seconds) {
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

/** Round steps for an axis of that length, at most so many. */
export function ticks(length, most) {
  const rough = length / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const result = [];
  for (let at = 0; at < length; at += step) result.push(at);
  return result;
}

/** Values over the last seconds; a value holds until the next. */
export class History {
  constructor(seconds) {
    this.seconds = seconds;
    this.points = [];
  }

  add(time, value) {
    const last = this.points[this.points.length - 1];
    if (last && last.value === value) return;
    this.points.push({ time, value });
    const from = time - this.seconds * 1000;
    while (this.points.length > 2 && this.points[1].time < from) this.points.shift();
    if (this.points.length > 400) this.points.shift();
  }

  /** Corners of the line in a box of that size at that time; the highest value fills it. */
  line(time, width, height) {
    const from = time - this.seconds * 1000;
    const top = Math.max(1, ...this.points.map((point) => point.value));
    const x = (at) => (Math.max(0, at - from) / (this.seconds * 1000)) * width;
    const y = (value) => height - (value / top) * (height - 3);
    const corners = [];
    let before = 0;
    for (const point of this.points) {
      corners.push([x(point.time), y(before)], [x(point.time), y(point.value)]);
      before = point.value;
    }
    corners.push([width, y(before)]);
    return corners.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`);
  }
}
