// The services: who may request them, who owns them, who waits, who was refused.
import { count, make, shape } from './parts.js';

const DRAWN = 60;
const CODES = { 1: 'failed', 2: 'timed out', 3: 'permission denied', 4: 'has an owner already', 5: 'no policy names it', 6: 'caller unknown' };
const at = (id) => document.getElementById(id);
const nodes = new Map();
const noted = new Set();
let told = { services: [], denials: [] };
let links = [];
let pinned;

function subject(words) {
  const [kind, ...name] = words.split(' ');
  return [make('span', { class: 'kind' }, kind), ' ', name.join(' ')];
}

function state(service) {
  if (service.waiting_requests > 0) return 'waiting';
  return service.owner ? 'owned' : 'absent';
}

/** Whom the graph shows as the owner: the rule's subject, or who owns it where no rule decides. */
function ownerOf(service) {
  if (service.owner_rule) return service.owner_rule.subject;
  return service.owner ? service.owner.text : undefined;
}

function waitsAs(service, requester) {
  const label = requester.startsWith('identity ') ? ` label ${requester.slice(9)}` : undefined;
  return service.waiting.some(({ caller }) => caller === requester || caller.startsWith(`${requester} `) || (label && caller.endsWith(label)));
}

function sentence(service) {
  const owner = service.owner ? `registered by ${service.owner.text}` : 'not registered';
  const waiting = service.waiting_requests > 0 ? `, ${count(service.waiting_requests)} waiting` : '';
  return `${service.name}: ${owner}${waiting}, ${count(service.handed_over)} handed over`;
}

function node(service) {
  let found = nodes.get(service.name);
  if (!found) {
    const button = make('button', { type: 'button', 'aria-pressed': 'false', tabindex: '-1', 'data-service': service.name });
    button.addEventListener('click', () => pin(pinned === service.name ? undefined : service.name));
    for (const kind of ['focus', 'mouseenter']) button.addEventListener(kind, () => light(service.name));
    for (const kind of ['blur', 'mouseleave']) button.addEventListener(kind, () => light(pinned));
    button.addEventListener('keydown', (event) => moved(event, button));
    found = { item: make('li', {}, button), button, shown: '' };
    nodes.set(service.name, found);
  }
  const shown = JSON.stringify([service.owner, service.owner_rule, service.waiting_requests, service.handed_over]);
  if (found.shown !== shown) {
    found.shown = shown;
    found.button.dataset.state = state(service);
    found.button.setAttribute('aria-label', sentence(service));
    found.button.replaceChildren(
      make('span', { class: 'dot' }),
      make('span', { class: 'name' }, service.name),
      make('span', { class: 'by' }, ownerOf(service) || 'nobody may own it'),
      service.waiting_requests > 0 ? make('span', { class: 'badge' }, `${count(service.waiting_requests)} waiting`) : make('span', { class: 'passed' }, count(service.handed_over)),
    );
  }
  return found;
}

function moved(event, button) {
  const all = [...at('services').querySelectorAll('button')];
  const here = all.indexOf(button);
  const target = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (target === undefined || !all[target]) return;
  event.preventDefault();
  for (const other of all) other.tabIndex = -1;
  all[target].tabIndex = 0;
  all[target].focus();
}

function light(name) {
  at('service-graph').classList.toggle('lit', name !== undefined);
  for (const link of links) link.path.classList.toggle('on', link.service === name);
  const ends = new Set(links.filter((link) => link.service === name).map((link) => link.end));
  for (const item of document.querySelectorAll('#requesters li, #owners li')) item.classList.toggle('on', ends.has(item));
  for (const [key, { item }] of nodes) item.classList.toggle('on', key === name);
}

function pin(name) {
  pinned = name;
  for (const [key, { button }] of nodes) button.setAttribute('aria-pressed', String(key === name));
  light(name);
  facts();
}

function fact(term, ...values) {
  return [make('dt', {}, term), make('dd', {}, ...(values.length ? values : ['–']))];
}

function ruleText(rule) {
  return make('span', {}, ...subject(rule.subject), ' ', make('code', {}, `${rule.file}:${rule.line}`));
}

function facts() {
  const service = told.services.find((one) => one.name === pinned);
  at('service-facts').hidden = !service;
  if (!service) return;
  const requesters = service.requesters.map(ruleText);
  if (service.more_requesters) requesters.push(make('span', {}, `and ${count(service.more_requesters)} more`));
  at('service-facts').replaceChildren(
    make('h3', {}, service.name),
    make('dl', {},
      ...fact('Registered by', service.owner ? service.owner.text : 'nobody'),
      ...fact('May own it', ...(service.owner_rule ? [ruleText(service.owner_rule)] : [])),
      ...fact('May request it', ...requesters),
      ...fact('Waiting', ...service.waiting.map(({ caller, requests }) => make('span', {}, `${caller} × ${count(requests)}`))),
      ...fact('Handed over', count(service.handed_over))),
  );
}

/** The subjects beside the services, each near the middle of its own. */
function column(id, subjects) {
  const places = new Map();
  subjects.forEach((names, row) => names.forEach((name) => places.set(name, [...(places.get(name) || []), row])));
  const middle = (rows) => rows.reduce((sum, row) => sum + row, 0) / rows.length;
  const order = [...places].sort((a, b) => middle(a[1]) - middle(b[1]) || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const items = new Map(order.map((name) => [name, make('li', { title: name }, ...subject(name))]));
  at(id).replaceChildren(...items.values());
  return items;
}

function place(path, from, to) {
  const whole = at('service-graph').getBoundingClientRect();
  const a = from.getBoundingClientRect();
  const b = to.getBoundingClientRect();
  const [x1, y1] = [a.right - whole.left, (a.top + a.bottom) / 2 - whole.top];
  const [x2, y2] = [b.left - whole.left, (b.top + b.bottom) / 2 - whole.top];
  const bend = (x1 + x2) / 2;
  path.setAttribute('d', `M${x1.toFixed(1)} ${y1.toFixed(1)}C${bend.toFixed(1)} ${y1.toFixed(1)} ${bend.toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`);
}

function placeAll() {
  for (const link of links) place(link.path, link.from, link.to);
}

function drawGraph() {
  const wanted = at('service-filter').value.trim().toLowerCase();
  const matches = told.services.filter((service) => sentence(service).toLowerCase().includes(wanted) || (ownerOf(service) || '').toLowerCase().includes(wanted) || service.requesters.some((rule) => rule.subject.toLowerCase().includes(wanted)));
  const shown = matches.slice(0, DRAWN);
  const owners = shown.map((service) => [ownerOf(service)].filter(Boolean));
  const right = column('owners', owners);
  const left = column('requesters', shown.map((service) => service.requesters.map((rule) => rule.subject)));
  const made = shown.map(node);
  const items = made.map(({ item }) => item);
  if (items.some((item, i) => at('services').children[i] !== item) || at('services').children.length !== items.length) {
    at('services').replaceChildren(...items);
  }
  if (made.length && !made.some(({ button }) => button.tabIndex === 0)) made[0].button.tabIndex = 0;
  links = [];
  shown.forEach((service, row) => {
    const { button } = made[row];
    for (const { subject: name } of service.requesters) {
      const path = shape('path', { class: waitsAs(service, name) ? 'waiting' : 'may' });
      links.push({ path, service: service.name, end: left.get(name), from: left.get(name), to: button });
    }
    for (const name of owners[row]) {
      const path = shape('path', { class: service.owner ? 'owned' : 'absent' });
      links.push({ path, service: service.name, end: right.get(name), from: button, to: right.get(name) });
    }
  });
  at('service-links').replaceChildren(...links.map((link) => link.path));
  placeAll();
  const hidden = matches.length - shown.length + (told.more_services || 0);
  at('services-more').hidden = hidden === 0;
  at('services-more').textContent = `${count(hidden)} more services; 'armature services list' has all.`;
  light(pinned);
}

function denialItem(denial) {
  const when = new Date(denial.timestamp_us / 1000);
  const key = JSON.stringify(denial);
  const fresh = noted.size > 0 && !noted.has(key);
  return make('li', { class: fresh ? 'fresh' : '' },
    make('time', { datetime: when.toISOString() }, when.toLocaleTimeString('en-GB')),
    make('span', {}, denial.caller, ' ', make('span', { class: 'kind' }, `may not ${denial.call}`), ' ', make('b', {}, denial.service),
      denial.count > 1 ? ` ×${count(denial.count)}` : ''),
    make('span', { class: 'why' }, CODES[denial.code] || `code ${denial.code}`));
}

export function drawServices(found) {
  told = { ...found, services: found.services || [], denials: found.denials || [] };
  at('services-card').hidden = false;
  at('services-empty').hidden = told.services.length > 0;
  at('services-permissive').hidden = !told.permissive;
  if (pinned !== undefined && !told.services.some((service) => service.name === pinned)) pinned = undefined;
  for (const name of nodes.keys()) {
    if (!told.services.some((service) => service.name === name)) nodes.delete(name);
  }
  drawGraph();
  facts();
  at('denials').replaceChildren(...told.denials.map(denialItem));
  noted.clear();
  noted.add('');
  for (const denial of told.denials) noted.add(JSON.stringify(denial));
  at('denials-empty').hidden = told.denials.length > 0;
}

at('service-filter').addEventListener('input', drawGraph);
new ResizeObserver(placeAll).observe(at('service-graph'));
