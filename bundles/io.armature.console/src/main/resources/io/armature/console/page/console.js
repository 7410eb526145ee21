import { age, bytes, count, History, make, milliseconds, shape, ticks } from './parts.js';
import { drawServices } from './services.js';

const FEW_ROWS = 16;
const HISTORY_SECONDS = 60;
const PRIORITIES = ['SECURITY', 'IMMEDIATE', 'FAST_BATCH', 'SLOW_BATCH', 'BACKGROUND_BATCH', 'MANUAL_BATCH', 'MANUAL_BATCH_LACROS'];
const state = {};
const rows = new Map();
let showAll = false;

const at = (id) => document.getElementById(id);
const text = (id, value) => {
  if (at(id).textContent !== value) at(id).textContent = value || '\u00a0';
};

function figure(id, value, unit) {
  at(id).replaceChildren(value, ...(unit ? [make('small', {}, unit)] : []));
}

/* ---- boot ---- */

function phaseItem(phase) {
  const done = phase.end_ms !== undefined;
  const waiting = phase.waiting || [];
  const reasons = waiting.join('; ');
  const note = done ? `${milliseconds(phase.end_ms)}${reasons && `; ${reasons}`}` : reasons ? `waits for ${reasons}` : 'not yet';
  return make('li', { class: `${done ? 'done' : ''}${reasons ? ' late' : ''}` }, make('b', {}, phase.name), note);
}

function spanItem(span, origin, total) {
  const end = span.end_ms === undefined ? total : span.end_ms;
  const took = milliseconds(Math.max(0, end - span.start_ms));
  const bar = make('span', { class: 'bar' });
  const length = total - origin;
  bar.style.left = `${((span.start_ms - origin) / length) * 100}%`;
  bar.style.width = `${(Math.max(0, end - span.start_ms) / length) * 100}%`;
  return make(
    'li',
    { class: span.critical ? 'critical' : '', title: `${span.kind} ${span.name}: from ${milliseconds(span.start_ms)}, ${took}` },
    make('span', { class: 'name' }, span.name.replace(/^io\.armature\./, ''), ' ', make('span', { class: 'kind' }, span.kind === span.name ? '' : span.kind)),
    make('span', { class: 'track', 'aria-hidden': 'true' }, bar),
    make('span', { class: 'took' }, took),
  );
}

function drawBoot(boot) {
  const phases = boot.phases || [];
  const over = boot.phase === 'system-services';
  const limit = over ? Math.max(...phases.map((phase) => phase.end_ms || 0)) : Infinity; // later restarts are no boot
  const spans = (boot.spans || []).filter((span) => span.start_ms !== undefined && span.start_ms <= limit);
  const ends = [...spans, ...phases].map((span) => span.end_ms || span.start_ms || 0);
  const total = Math.max(1, ...ends);
  const origin = Math.min(0, ...spans.map((span) => span.start_ms)); // the stub comes before the JVM
  const took = (span) => (span.end_ms === undefined ? total : span.end_ms) - span.start_ms;
  const chosen = new Set(showAll ? spans : [...spans]
    .sort((a, b) => (b.critical ? 1 : 0) - (a.critical ? 1 : 0) || took(b) - took(a))
    .slice(0, FEW_ROWS));
  const drawn = spans.filter((span) => chosen.has(span)).sort((a, b) => a.start_ms - b.start_ms || took(b) - took(a));
  at('phases').replaceChildren(...phases.map(phaseItem));
  at('waterfall').replaceChildren(...drawn.map((span) => spanItem(span, origin, total)));
  at('boot-empty').hidden = spans.length > 0;
  at('boot-all').hidden = spans.length <= FEW_ROWS;
  at('boot-all').textContent = showAll ? 'Show less' : `Show all ${spans.length}`;
  at('boot-all').setAttribute('aria-pressed', String(showAll));
  const axis = make('div', {});
  for (const tick of spans.length ? ticks(total, 8) : []) {
    const label = make('span', {}, milliseconds(tick).replace('0.0 ms', '0'));
    label.style.left = `${((tick - origin) / (total - origin)) * 100}%`;
    axis.append(label);
  }
  at('axis').replaceChildren(axis);
  const last = phases.filter((phase) => phase.end_ms !== undefined).pop();
  if (last) {
    const [value, unit] = milliseconds(last.end_ms).split(' ');
    figure('tile-boot', value, unit);
    text('tile-boot-note', `JVM start to ${last.name}`);
  }
  const facts = [boot.device_id, boot.profile, boot.version && `version ${boot.version}`];
  text('identity', facts.filter(Boolean).join(' · '));
  document.title = boot.device_id ? `Armature – ${boot.device_id}` : 'Armature';
}

/* ---- reporting ---- */

function summed(queues) {
  const sums = new Map();
  for (const queue of queues) {
    const sum = sums.get(queue.priority) || { waiting: 0, stored: 0, bytes: 0, oldest: undefined, offline: [] };
    sum.waiting += Math.max(0, queue.next_id - queue.first_unconfirmed_id);
    sum.stored += queue.next_id;
    sum.bytes += queue.bytes || 0;
    if (queue.oldest_timestamp_us !== undefined) {
      sum.oldest = Math.min(sum.oldest ?? Infinity, queue.oldest_timestamp_us);
    }
    if (queue.offline) sum.offline.push(queue.offline);
    sums.set(queue.priority, sum);
  }
  return sums;
}

function queueRow(priority) {
  let row = rows.get(priority);
  if (!row) {
    const chart = shape('svg', { viewBox: '0 0 300 34', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    const area = shape('polygon', { class: 'area' });
    const stroke = shape('polyline', { class: 'stroke' });
    chart.append(shape('line', { class: 'base', x1: 0, y1: 33.5, x2: 300, y2: 33.5 }), area, stroke);
    const waiting = make('span', { class: 'waiting' });
    const facts = make('span', { class: 'facts quiet' });
    const offline = make('span', { class: 'offline', hidden: true });
    const item = make('li', { 'data-priority': priority }, make('span', { class: 'name' }, priority), chart, waiting, facts, offline);
    row = { item, area, stroke, waiting, facts, offline, history: new History(HISTORY_SECONDS), number: -1 };
    rows.set(priority, row);
  }
  return row;
}

function drawReporting(reporting) {
  const sums = summed(reporting.queues || []);
  const now = performance.now();
  const order = [...sums.keys()].sort((a, b) => PRIORITIES.indexOf(a) - PRIORITIES.indexOf(b));
  let waiting = 0;
  let stored = 0;
  for (const priority of order) {
    const sum = sums.get(priority);
    const row = queueRow(priority);
    waiting += sum.waiting;
    stored += sum.stored;
    row.history.add(now, sum.waiting);
    row.sum = sum;
    if (row.number !== sum.waiting) {
      row.number = sum.waiting;
      row.waiting.replaceChildren(count(sum.waiting), make('small', {}, 'waiting'));
    }
    row.item.classList.toggle('idle', sum.waiting === 0);
    row.offline.hidden = sum.offline.length === 0;
    row.offline.textContent = sum.offline.length ? `Offline: ${sum.offline.join('; ')}` : '';
  }
  const items = order.map((priority) => rows.get(priority).item);
  if (items.some((item, i) => at('queues').children[i] !== item) || at('queues').children.length !== items.length) {
    at('queues').replaceChildren(...items);
  }
  at('queues-empty').hidden = items.length > 0;
  figure('tile-waiting', count(waiting));
  text('tile-waiting-note', waiting === 0 ? 'all confirmed' : 'not yet confirmed by the server');
  figure('tile-stored', count(stored));
  text('tile-stored-note', `in ${order.length} ${order.length === 1 ? 'priority' : 'priorities'}`);
  text('uploader', reporting.uploader === undefined ? 'waiting records of the last minute' : reporting.uploader ? 'waiting records of the last minute · uploader connected' : 'waiting records of the last minute · no uploader, records are kept');
  drawTime();
}

function drawTime() {
  const now = performance.now();
  for (const row of rows.values()) {
    if (!row.sum) continue;
    const corners = row.history.line(now, 300, 34);
    row.stroke.setAttribute('points', corners.join(' '));
    row.area.setAttribute('points', [...corners, '300,34', `${corners[0].split(',')[0]},34`].join(' '));
    const oldest = row.sum.oldest === undefined ? '' : `oldest ${age(Math.max(0, Date.now() / 1000 - row.sum.oldest / 1e6))}`;
    const facts = [`${count(row.sum.stored)} stored`, `${bytes(row.sum.bytes)} on disk`, oldest].filter(Boolean).join(' · ');
    if (row.facts.textContent !== facts) row.facts.textContent = facts;
  }
}

/* ---- bundles and faults ---- */

function drawBundles(found) {
  const bundles = found.bundles || [];
  const runs = (bundle) => bundle.state === 'active' || bundle.state === 'lazy';
  const wanted = at('bundle-filter').value.trim().toLowerCase();
  const shown = bundles.filter((bundle) => bundle.name.toLowerCase().includes(wanted));
  at('bundles').replaceChildren(...shown.map((bundle) => make('tr', {},
    make('td', {}, bundle.name),
    make('td', {}, bundle.version),
    make('td', { class: 'number' }, String(bundle.level)),
    make('td', { class: runs(bundle) ? '' : 'off' }, bundle.state))));
  const active = bundles.filter(runs).length;
  figure('tile-bundles', count(bundles.length));
  text('tile-bundles-note', active === bundles.length ? 'all running' : `${bundles.length - active} not running`);
}

function drawFaults(found) {
  const faults = found.faults || [];
  at('faults-card').hidden = faults.length === 0;
  at('faults').replaceChildren(...faults.map((fault) => make('li', {}, make('b', {}, `${fault.source}: ${fault.subject}`), ` – ${fault.reason}`)));
}

const draw = { boot: drawBoot, reporting: drawReporting, services: drawServices, bundles: drawBundles, faults: drawFaults };

/* ---- the stream of events ---- */

const pending = new Set();

function received(name, data) {
  state[name] = JSON.parse(data);
  if (pending.size === 0) requestAnimationFrame(drawPending);
  pending.add(name);
}

function drawPending() {
  const names = [...pending];
  pending.clear();
  for (const name of names) draw[name](state[name]);
}

function linked(kind, words) {
  at('link').dataset.state = kind;
  text('link-text', words);
}

function listen() {
  const events = new EventSource('/events');
  events.onopen = () => linked('live', 'Live');
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) {
      linked('waiting', 'Reconnecting');
      return;
    }
    linked('full', 'Not watching, trying again');
    setTimeout(listen, 5000);
  };
  for (const name of Object.keys(draw)) {
    events.addEventListener(name, (event) => received(name, event.data));
  }
}

/* ---- actions ---- */

async function act(name) {
  const form = new URLSearchParams({ priority: at('priority').value, data: at('data').value });
  const outcome = at('outcome');
  if (!at('actions').reportValidity()) return;
  at('enqueue').disabled = at('flush').disabled = true;
  try {
    const answer = await fetch(`/actions/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${at('token').value.trim()}` },
      body: form,
    });
    const told = await answer.json();
    outcome.toggleAttribute('data-bad', !answer.ok);
    outcome.textContent = told.done || told.error;
  } catch (failure) {
    outcome.toggleAttribute('data-bad', true);
    outcome.textContent = 'The device did not answer.';
  } finally {
    at('enqueue').disabled = at('flush').disabled = false;
  }
}

at('actions').addEventListener('submit', (event) => {
  event.preventDefault();
  act('enqueue');
});
at('flush').addEventListener('click', () => act('flush'));
at('bundle-filter').addEventListener('input', () => state.bundles && drawBundles(state.bundles));
at('boot-all').addEventListener('click', () => {
  showAll = !showAll;
  drawBoot(state.boot);
});
setInterval(() => document.visibilityState === 'visible' && drawTime(), 1000);
listen();
