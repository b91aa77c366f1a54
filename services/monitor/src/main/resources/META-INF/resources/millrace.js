'use strict';
/* The page reads JSON and is told by server-sent events which section to read again. */

const SECTIONS = ['runs', 'metrics', 'drift', 'alerts', 'services'];
/* What a change of one section is shown in. */
const READ_AGAIN = {
  pipeline: SECTIONS, data: ['runs'], runs: ['runs'], models: ['metrics', 'runs'], metrics: ['metrics'],
  drift: ['drift'], alerts: ['alerts'], services: ['services'],
};
const SERVICES = {
  ingest: 'Events come in', validator: 'Checks each event', transformer: 'Turns events into features',
  serving: 'Predicts', monitor: 'Compares with what happened', trainer: 'Trains a new model',
  evaluator: 'Judges it against the live one',
};
const STEPS = ['requested', 'transform', 'train', 'evaluate', 'refit', 'finish'];
const COLORS = ['#1f6feb', '#8250df', '#0a8a8a', '#bf5b04', '#b8348b', '#4d6b1f'];
const MOST_WINDOWS = 21;
const MOST_RUNS = 10;
const MOST_ALERTS = 12;
const READ_AFTER_FAILURE_MS = 3000;
/* A service starts and stops a pipeline a moment after the file has changed. */
const APPLIED_MS = [500, 5000];

const known = {};
let pipeline; // undefined until it is known which ones there are, null when there is none
let names = [];
let driftKind = 'DRIFT';
let chart = null;

/* --- small things --------------------------------------------------------------------- */

const $ = id => document.getElementById(id);

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value !== undefined && value !== false) node.setAttribute(name, value);
  });
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return node;
}

const whole = n => Math.round(n).toLocaleString('en-US');
const decimal = (n, digits = 3) => Number.isFinite(n) ? n.toFixed(digits) : '–';
const color = version => COLORS[(version - 1) % COLORS.length];
const noun = (n, one, many) => `${whole(n)} ${n === 1 ? one : many}`;
const hash = text => el('span', {class: 'mono', title: text}, text.slice(0, 12));

function day(text, withTime) {
  const time = new Date(text);
  const date = time.toLocaleDateString('en-GB', {timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric'});
  const clock = time.toISOString().slice(11, 16);
  return withTime || clock !== '00:00' ? `${date}, ${clock}` : date;
}

function span(window) {
  const start = new Date(window.start), end = new Date(window.end);
  const isDay = end - start === 86400000 && start.toISOString().slice(11, 16) === '00:00';
  return isDay ? day(window.start) : `${day(window.start, true)} to ${day(window.end, true)}`;
}

function wall(text) {
  const time = new Date(text);
  const clock = time.toLocaleTimeString('en-GB');
  return time.toDateString() === new Date().toDateString()
    ? clock : `${time.toLocaleDateString('en-GB', {day: 'numeric', month: 'short'})} ${clock}`;
}

function took(from, to) {
  const seconds = Math.max(0, (new Date(to) - new Date(from)) / 1000);
  return seconds < 10 ? `${seconds.toFixed(1)} s` : seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/* Nothing is said of what is not known yet. */
const loading = () => el('p', {class: 'empty'}, 'Loading.');

function show(id, ...nodes) { $(id).replaceChildren(...nodes.flat().filter(Boolean)); }

/* --- reading -------------------------------------------------------------------------- */

const inFlight = new Map();

/* Reads a section; a change that comes meanwhile makes it read once more. */
async function read(section) {
  const key = pipeline + '/' + section;
  if (inFlight.has(key)) { inFlight.set(key, true); return; }
  inFlight.set(key, false);
  const of = pipeline;
  try {
    const response = await fetch(`v1/pipelines/${of}/${section}`);
    const body = response.ok ? await response.json() : null;
    if (of === pipeline && body) {
      known[section] = body;
      render(section);
    }
    if (response.status >= 500) throw new Error(String(response.status));
  } catch (e) {
    setTimeout(() => of === pipeline && read(section), READ_AFTER_FAILURE_MS);
  } finally {
    const again = inFlight.get(key);
    inFlight.delete(key);
    if (again && of === pipeline) read(section);
  }
}

let readingPipelines = false;

async function readPipelines() {
  if (readingPipelines) return;
  readingPipelines = true;
  try {
    const response = await fetch('v1/pipelines');
    if (!response.ok) throw new Error(String(response.status));
    names = (await response.json()).pipelines.map(p => p.pipeline).sort();
    choose();
  } catch (e) {
    setTimeout(readPipelines, READ_AFTER_FAILURE_MS);
  } finally {
    readingPipelines = false;
  }
}

function choose() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const next = names.includes(wanted) ? wanted : names.includes(pipeline) ? pipeline : names[0] || null;
  $('pipeline').replaceChildren(...names.map(name => el('option', {value: name, selected: name === next && ''}, name)));
  $('choice').hidden = names.length === 0;
  $('sections').hidden = next === null;
  if (next !== pipeline || next === null) {
    pipeline = next;
    Object.keys(known).forEach(section => delete known[section]);
    document.querySelectorAll('.pipeline-name').forEach(node => { node.textContent = next || '{name}'; });
    renderAll();
  }
  if (next) SECTIONS.forEach(read);
}

function listen() {
  const events = new EventSource('v1/events');
  const say = (text, state) => { $('connection').textContent = text; $('connection').className = 'connection ' + state; };
  events.onopen = () => { say('live', 'live'); readPipelines(); };
  events.onerror = () => say('connection lost, trying again', 'lost');
  events.addEventListener('changed', event => {
    const change = JSON.parse(event.data);
    if (change.section === 'pipeline') APPLIED_MS.forEach(ms => setTimeout(readPipelines, ms));
    else if (!names.includes(change.pipeline)) readPipelines();
    if (change.pipeline === pipeline) READ_AGAIN[change.section].forEach(read);
  });
}

/* --- rendering ------------------------------------------------------------------------ */

function render(section) {
  if (section === 'metrics') { renderMetrics(); readLineage(); }
  if (section === 'alerts') { renderAlerts(); renderMetrics(); }
  if (section === 'drift') renderDrift();
  if (section === 'runs') { renderRuns(); renderServices(); }
  if (section === 'services') renderServices();
  renderSummary();
}

function renderAll() {
  renderServices(); renderMetrics(); renderAlerts(); renderDrift(); renderRuns(); renderLineage(null); renderSummary();
}

function card(what, value, more, kind) {
  return el('div', {}, el('div', {class: 'what'}, what), el('div', {class: 'value ' + (kind || '')}, value), el('div', {class: 'more'}, ...[more].flat()));
}

function renderSummary() {
  if (pipeline === undefined) return;
  if (pipeline === null) {
    show('summary', el('div', {class: 'wide'}, el('h2', {}, 'No pipeline yet'), el('p', {},
      'A pipeline is one prediction problem, told by one file. Apply the example with ', el('code', {}, './millrace apply examples/flights'),
      ', or watch the whole story with ', el('code', {}, './millrace demo'), '. This page fills itself.')));
    return;
  }
  const {metrics, runs, alerts} = known;
  const cards = [];
  if (metrics && metrics.champion) cards.push(championCard(metrics));
  else if (metrics && runs) cards.push(waitingCard(runs));
  if (metrics && metrics.champion) cards.push(metricCard(metrics));
  if (alerts) cards.push(alertCard(alerts.alerts.filter(a => !a.over)));
  if (runs) cards.push(runCard(runs.runs));
  show('summary', cards);
}

function championCard(metrics) {
  const swap = metrics.swaps[metrics.swaps.length - 1];
  return card('Live model', `Version ${metrics.champion}`, `since ${wall(swap.at)}` + (swap.eventTime ? ` · event time about ${day(swap.eventTime, true)}` : ''));
}

function waitingCard(runs) {
  const rows = runs.rows, needed = runs.firstAfter;
  return card('Live model', 'None yet', needed
    ? [`${whole(rows)} of ${whole(needed)} labelled rows until the first training`, el('progress', {max: needed, value: Math.min(rows, needed)})]
    : 'no model was trained yet');
}

function metricCard(metrics) {
  const name = label(metrics.metric);
  const windows = metrics.windows.filter(w => w.version === metrics.champion && metrics.metric in w.metrics);
  const newest = windows.filter(w => w.verdict !== 'OPEN').pop() || windows[windows.length - 1];
  if (!newest) return card(name, '–', 'no outcome has come for this version yet');
  const kind = newest.verdict === 'DECAYED' ? 'bad' : newest.verdict === 'HEALTHY' ? 'good' : '';
  return card(`${name} of version ${metrics.champion}`, decimal(newest.metrics[metrics.metric]), `${span(newest)} · ${verdict(newest)}`, kind);
}

function alertCard(up) {
  return card('Alerts', up.length ? `${up.length} up` : 'None', up.length ? up[0].message : 'nothing is wrong', up.length ? 'bad' : 'good');
}

function runCard(runs) {
  const open = runs.find(run => run.outcome === 'OPEN');
  if (open) {
    const step = open.steps[open.steps.length - 1];
    return card('Training', 'A run is open', `${step.step}${share(step)} · ${reason(open)}`);
  }
  return card('Training', 'No run is open', runs.length ? `the last one: ${outcome(runs[0])[0]}` : 'none was asked for yet');
}

function label(metric) {
  return {auc: 'AUC', log_loss: 'Log loss', rmse: 'RMSE', mae: 'MAE', r2: 'R²'}[metric] || metric.charAt(0).toUpperCase() + metric.slice(1);
}

const NOT_JUDGED = {
  TOO_FEW_EXAMPLES: 'too few labelled predictions', NO_VALUE: 'the metric has no value here',
  TOO_FEW_WINDOWS: 'fewer than five earlier windows to compare with', NOT_WATCHED: 'the pipeline watches no metric',
  NO_REFERENCE: 'nothing to compare with',
};

function verdict(window) {
  const closed = window.closedBy === 'WALL_CLOCK' ? ', closed because nothing came any more' : '';
  switch (window.verdict) {
    case 'OPEN': return `still filling, ${percent(window)} labelled`;
    case 'NOT_JUDGED': return `not judged: ${NOT_JUDGED[window.reason] || window.reason}${closed}`;
    case 'HEALTHY': return `healthy${closed}`;
    case 'DECAYED': return `decayed: ${crossed(window)}${closed}`;
    default: return window.verdict;
  }
}

/* Which limit was crossed, by a value that is beyond one of them. */
function crossed(window) {
  const {metric, higherIsBetter} = known.metrics, value = window.metrics[metric];
  const beyond = limit => limit !== undefined && (higherIsBetter ? value <= limit : value >= limit);
  return [beyond(window.limit) ? `worse than ${decimal(window.limit)}, by what is usual` : '', beyond(window.firstLimit) ? `worse than ${decimal(window.firstLimit)}, by what it was at first` : '']
    .filter(Boolean).join(' and ');
}

/* What a value is compared with, and from where on it is a decay. */
const baselines = of => [of.baseline === undefined ? '' : `usual ${decimal(of.baseline, 4)}, limit ${decimal(of.limit, 4)}`,
  of.firstBaseline === undefined ? '' : `at first ${decimal(of.firstBaseline, 4)}, limit ${decimal(of.firstLimit, 4)}`].filter(Boolean).join('; ');

const percent = window => window.predictions ? `${Math.floor(100 * window.labelled / window.predictions)} %` : '0 %';

function renderServices() {
  const services = known.services ? known.services.services : [];
  if (!services.length) { show('services', el('p', {class: 'empty'}, 'Waiting for the broker to tell.')); return; }
  const open = known.runs && known.runs.runs.find(run => run.outcome === 'OPEN');
  const nodes = services.map(service => serviceBox(service, services, open));
  nodes.splice(services.findIndex(s => s.service === 'trainer'), 0, el('div', {class: 'break'}));
  show('services', nodes);
}

function serviceBox(service, all, open) {
  const up = service.consumers === undefined ? '' : service.consumers > 0 ? ' up' : ' down';
  const byRun = service.service === 'trainer' || service.service === 'evaluator';
  const next = !['ingest', 'trainer'].includes(service.service) ? ' next' : '';
  const rows = [];
  if (service.recordsPerSecond !== undefined) rows.push(['Records a second', whole(service.recordsPerSecond)]);
  if (service.lag !== undefined) rows.push(['Waiting', whole(service.lag)]);
  if (byRun) rows.push(['Now', doing(service.service, open)]);
  if (up === ' down') rows.push(['State', 'down']);
  return el('div', {class: 'service' + up + next, 'data-service': service.service}, el('h3', {}, service.service),
    el('p', {}, SERVICES[service.service] || ''), el('dl', {}, ...rows.flatMap(([what, value]) => [el('dt', {}, what), el('dd', {}, value)])));
}

function doing(service, open) {
  const steps = service === 'trainer' ? ['train', 'refit'] : ['evaluate', 'finish'];
  const step = open && open.steps.find(s => steps.includes(s.step) && s.state === 'RUNNING');
  return step ? step.step + share(step) : 'idle';
}

const share = step => step.state === 'RUNNING' && step.evidence.share !== undefined ? ` ${Math.round(step.evidence.share * 100)} %` : '';

/* --- the chart ------------------------------------------------------------------------ */

function renderMetrics() {
  const metrics = known.metrics;
  const windows = metrics ? metrics.windows.filter(w => metrics.metric in w.metrics || w.predictions > 0) : [];
  $('metric-title').textContent = metrics && metrics.metric ? `How good the live model is: ${label(metrics.metric)}` : 'How good the live model is';
  $('metric-empty').hidden = windows.length > 0;
  $('metric-chart').hidden = windows.length === 0;
  if (!windows.length) {
    $('metric-empty').textContent = !metrics ? 'Loading.' : 'No prediction has met its outcome yet. Points appear once a model is live and true outcomes arrive.';
    return;
  }
  chart = chart || echarts.init($('metric-chart'));
  chart.setOption(chartOption(metrics, windows), {notMerge: true});
  chart.resize();
}

const middle = w => (Date.parse(w.start) + Date.parse(w.end)) / 2;

function chartOption(metrics, windows) {
  const versions = [...new Set(windows.map(w => w.version))].sort((a, b) => a - b);
  const starts = [...new Set(windows.map(w => w.start))].sort();
  const limits = windows.filter(w => w.limit !== undefined && w.version === versionAt(metrics, windows, w));
  const series = versions.map(version => line(metrics, windows, version));
  const limitLine = (name, key, dash) => {
    const of = limits.filter(w => w[key] !== undefined);
    if (of.length) series.push({name, type: 'line', step: 'middle', symbol: 'none', lineStyle: {type: dash, width: 1.5, color: '#c9252d'}, itemStyle: {color: '#c9252d'}, data: of.map(w => [middle(w), w[key]]), silent: true});
  };
  limitLine('limit', 'limit', 'dashed');
  limitLine('limit by the first windows', 'firstLimit', 'dotted');
  const sums = starts.map(start => windows.filter(w => w.start === start).reduce((sum, w) => ({start: w.start, end: w.end, labelled: sum.labelled + w.labelled, rest: sum.rest + w.predictions - w.labelled}), {labelled: 0, rest: 0}));
  const bar = (name, key, fill) => ({name, type: 'bar', stack: 'count', xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 22, itemStyle: {color: fill}, data: sums.map(s => [middle(s), s[key]])});
  series.push(bar('with outcome', 'labelled', '#9fb8d8'), bar('outcome not there yet', 'rest', '#e3c77a'));
  const first = Date.parse(starts[0]), last = Math.max(...windows.map(w => Date.parse(w.end)));
  series[0].markLine = marks(metrics, (first + last) / 2);
  const time = (index, labels) => ({type: 'time', gridIndex: index, min: first, max: last, axisLabel: {show: labels, hideOverlap: true, color: '#5c6778', formatter: {year: '{yyyy}', month: '{d} {MMM}', day: '{d} {MMM}', hour: '{HH}:{mm}'}}, axisTick: {show: labels}, splitLine: {show: false}});
  return {
    useUTC: true, animation: false, textStyle: {fontFamily: 'inherit'},
    legend: {top: 0, left: 0, icon: 'roundRect', itemHeight: 8},
    grid: [{left: 56, right: 24, top: 92, height: 210}, {left: 56, right: 24, top: 332, height: 56}],
    xAxis: [time(0, false), time(1, true)],
    yAxis: [{type: 'value', scale: true, axisLabel: {formatter: v => +v.toFixed(3)}}, {type: 'value', gridIndex: 1, splitNumber: 2, axisLabel: {formatter: v => v >= 1000 ? v / 1000 + 'k' : v}}],
    tooltip: {trigger: 'item', confine: true, formatter: hit => tip(metrics, hit)},
    series,
  };
}

/* The version whose limit counts in a window: the newest one with predictions in it. */
function versionAt(metrics, windows, window) {
  return Math.max(...windows.filter(w => w.start === window.start && w.limit !== undefined).map(w => w.version));
}

function line(metrics, windows, version) {
  const of = windows.filter(w => w.version === version && metrics.metric in w.metrics);
  return {
    name: `version ${version}`, type: 'line', color: color(version), lineStyle: {width: 2, color: color(version)},
    data: of.map(w => ({value: [middle(w), w.metrics[metrics.metric]], window: w, ...point(w, version)})), symbolSize: 8, z: 5,
  };
}

function point(window, version) {
  if (window.verdict === 'DECAYED') return {symbol: 'circle', symbolSize: 11, itemStyle: {color: '#c9252d', borderColor: '#fff', borderWidth: 1}};
  return {symbol: 'circle', itemStyle: {color: window.verdict === 'HEALTHY' ? color(version) : '#fff', borderColor: color(version), borderWidth: 2}};
}

/* Names stand on that side of their line where there is room. */
function marks(metrics, centre) {
  const align = time => time < centre ? 'left' : 'right';
  const lines = metrics.swaps.filter(swap => swap.eventTime).map(swap => ({
    xAxis: Date.parse(swap.eventTime), lineStyle: {color: color(swap.version), type: 'solid', width: 1.5},
    label: {formatter: `version ${swap.version} goes live`, color: color(swap.version), position: 'end', distance: 3, align: align(Date.parse(swap.eventTime))},
  }));
  alertMarks().forEach(mark => lines.push({
    xAxis: mark.time, lineStyle: {color: mark.color, type: 'dotted', width: 1.5},
    label: {formatter: mark.names.length > 1 ? `${mark.row.text} ×${mark.names.length}` : mark.row.text, color: mark.color, position: 'end', distance: mark.row.distance, align: align(mark.time)},
  }));
  return {symbol: 'none', silent: true, data: lines};
}

/* What made an alert stands in a row of its own above the chart, one mark for each window. */
const ALERT_ROWS = {
  MODEL_DECAYED: {text: 'alert: decay', distance: 17, color: '#c9252d'},
  INPUT_DRIFTED: {text: 'drift', distance: 31, color: '#9a6700'},
  INPUT_SKEWED: {text: 'skew', distance: 44, color: '#9a6700'},
};

function alertMarks() {
  const marks = new Map();
  (known.alerts ? known.alerts.alerts : []).filter(alert => alert.evidence.window && ALERT_ROWS[alert.code]).forEach(alert => {
    const time = Date.parse(alert.evidence.window.end), row = ALERT_ROWS[alert.code];
    const mark = marks.get(time + alert.code) || {time, row, color: row.color, names: []};
    mark.names.push(alertName(alert));
    marks.set(time + alert.code, mark);
  });
  return [...marks.values()];
}

function tip(metrics, hit) {
  const window = hit.data && hit.data.window;
  if (!window) return `${hit.seriesName}: ${whole(hit.value[1])}`;
  return [`<b>version ${window.version}</b>, ${span(window)}`, `${label(metrics.metric)} ${decimal(window.metrics[metrics.metric], 4)}` + (window.baseline !== undefined ? ` (${baselines(window)})` : ''),
    `${whole(window.predictions)} predictions, ${percent(window)} with outcome`, verdict(window)].join('<br>');
}

/* --- alerts, drift -------------------------------------------------------------------- */

const fieldName = field => field === '_score' ? 'the prediction itself' : field;

const ALERTS = {MODEL_DECAYED: 'decay', INPUT_DRIFTED: 'drift', INPUT_SKEWED: 'skew', NO_TRAFFIC: 'no traffic'};

function alertName(alert) {
  const about = fieldName(alert.evidence.feature);
  return (ALERTS[alert.code] || alert.code.toLowerCase().replaceAll('_', ' ')) + (about ? ' of ' + about : '');
}

function renderAlerts() {
  if (!known.alerts) { show('alerts', loading()); return; }
  const {alerts} = known.alerts;
  if (!alerts.length) { show('alerts', el('p', {class: 'empty'}, 'No alert so far.')); return; }
  const sorted = [...alerts.filter(a => !a.over), ...alerts.filter(a => a.over)];
  const rows = sorted.slice(0, MOST_ALERTS).map(alert => el('div', {class: 'alert' + (alert.over ? ' over' : '')},
    el('span', {}, el('span', {class: 'badge ' + (alert.over ? '' : 'bad')}, alert.over ? 'over' : 'up')),
    el('span', {class: 'text'}, el('b', {}, alertName(alert)), ': ' + alert.message, alert.evidence.window ? ` (window ${span(alert.evidence.window)})` : ''),
    el('span', {class: 'soft'}, alert.over ? `${wall(alert.since)} to ${wall(alert.over)}` : `since ${wall(alert.since)}`)));
  if (sorted.length > MOST_ALERTS) rows.push(el('p', {class: 'soft'}, `and ${noun(sorted.length - MOST_ALERTS, 'earlier one', 'earlier ones')}`));
  show('alerts', rows);
}

function renderDrift() {
  const drift = known.drift;
  const of = drift ? drift.windows.filter(w => w.kind === driftKind) : [];
  const limits = drift && drift.limits ? Object.entries(drift.limits).map(([name, limit]) => `${limit} ${name === 'jsd_bits' ? 'bits' : 'L-infinity'}`) : [];
  $('drift-limit').textContent = limits.length ? ` (${limits.join(', ')}, and what is due to chance)` : '';
  document.querySelector('#drift-kind [data-kind=DRIFT]').textContent = drift && drift.againstSeconds ? `against the window ${duration(drift.againstSeconds)} before` : 'against an earlier window';
  if (!drift) { show('drift', loading()); return; }
  if (!of.length) { show('drift', el('p', {class: 'empty'}, 'No window has closed yet. A window is compared once all of its events have come.')); return; }
  const starts = [...new Set(of.map(w => w.start))].sort().slice(-MOST_WINDOWS);
  const fields = [...new Set(of.map(w => w.field))].sort((a, b) => (a === '_score') - (b === '_score') || a.localeCompare(b));
  const at = new Map(of.map(w => [w.field + w.start, w]));
  const head = el('tr', {}, el('th', {}, ''), ...starts.map(start => el('th', {scope: 'col'}, shortDay(start))));
  const rows = fields.map(field => el('tr', {}, el('th', {scope: 'row'}, fieldName(field), ownSeason(drift, field)), ...starts.map(start => cell(at.get(field + start), drift))));
  show('drift', el('table', {class: 'drift'}, el('thead', {}, head), el('tbody', {}, ...rows)));
}

function shortDay(text) {
  const time = new Date(text);
  const date = time.toLocaleDateString('en-GB', {timeZone: 'UTC', day: 'numeric', month: 'short'});
  return time.getUTCHours() ? `${date} ${time.toISOString().slice(11, 16)}` : date;
}

const ofField = (drift, field) => (drift.fields && drift.fields[field]) || {};

/* A field that is compared with another window than the others are. */
function ownSeason(drift, field) {
  const {againstSeconds} = ofField(drift, field);
  return driftKind === 'DRIFT' && againstSeconds ? el('span', {class: 'soft'}, ` ${duration(againstSeconds)} before`) : '';
}

function duration(seconds) {
  const [unit, one] = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']].find(([unit]) => seconds % unit === 0);
  return noun(seconds / unit, one, one + 's');
}

function cell(measured, drift) {
  if (!measured) return el('td', {});
  if (measured.verdict === 'NOT_JUDGED') return el('td', {class: 'unknown', title: `not judged: ${NOT_JUDGED[measured.reason] || measured.reason}`}, '–');
  const over = measured.verdict === 'EXCEEDED';
  const limits = ofField(drift, measured.field).limits || drift.limits || {};
  const chance = measured.chance || 0;
  const depth = Math.min(1, measured.jsdBits / ((limits.jsd_bits || 0.1) + chance));
  const limit = (of, byChance) => of === undefined ? '' : ` (limit ${of}, by chance ${decimal(byChance || 0, 4)})`;
  const title = [`${measured.field}, ${span(measured)}: ${decimal(measured.jsdBits, 4)} bits${limit(limits.jsd_bits, chance)}`,
    measured.lInfinity === undefined ? '' : `greatest difference of a share ${decimal(measured.lInfinity, 4)}${limit(limits.l_infinity, measured.lInfinityChance)}`,
    `${whole(measured.count)} values against ${whole(measured.referenceCount)} ${measured.referenceStart ? `of the window of ${day(measured.referenceStart)}` : `that version ${measured.version} was trained on`}`].filter(Boolean).join(', ');
  return el('td', {class: over ? 'over' : '', title, style: over ? undefined : `background: rgba(31, 111, 235, ${(0.05 + 0.3 * depth).toFixed(2)})`}, decimal(measured.jsdBits, 2));
}

/* --- runs ----------------------------------------------------------------------------- */

function renderRuns() {
  if (!known.runs) { show('runs', loading()); return; }
  const {runs} = known.runs;
  if (!runs.length) { show('runs', el('p', {class: 'empty'}, 'No run yet. The first one is asked for when there are enough labelled rows, or by hand with ./millrace run.')); return; }
  const nodes = runs.slice(0, MOST_RUNS).map(run => runBox(run));
  if (runs.length > MOST_RUNS) nodes.push(el('p', {class: 'soft'}, `and ${noun(runs.length - MOST_RUNS, 'earlier run', 'earlier runs')}`));
  show('runs', nodes);
}

function outcome(run) {
  switch (run.outcome) {
    case 'OPEN': return ['under way', 'busy'];
    case 'LIVE': return [`version ${run.version} went live`, 'good'];
    case 'REFUSED': return ['refused: not good enough', 'warn'];
    default: return ['failed', 'bad'];
  }
}

/* Why it was asked for, as a sentence. */
function reason(run) {
  const {request} = run, numbers = request.numbers || {};
  switch (run.reason) {
    case 'first': return `first model: ${whole(request.rows)} labelled rows had come`;
    case 'manual': return 'asked for by hand' + (request.note ? `: ${request.note}` : '');
    case 'decay': return `${label(request.metric)} of version ${request.version} fell to ${decimal(numbers.value)}` + (numbers.baseline !== undefined ? ` (${baselines(numbers)})` : '') + inWindow(request);
    case 'drift': return `${request.feature} drifted by ${decimal(numbers.jsdBits)} bits${numbers.referenceStart ? ` from the window of ${day(numbers.referenceStart)}` : ''}${inWindow(request)}`;
    case 'skew': return `${request.feature} is ${decimal(numbers.jsdBits)} bits from the training data of version ${request.version}${inWindow(request)}`;
    default: return run.reason;
  }
}

const inWindow = request => request.window ? `, window ${span(request.window)}` : '';

function trainedOn(request) {
  if (request.data === 'since change') return `Trained on rows since the change${request.from ? ' (' + day(request.from, true) + ')' : ''} only: ${whole(request.rowsSince || 0)} are enough.`;
  if (request.data === 'whole window' && request.rowsSince !== undefined) return `Trained on the whole window: ${whole(request.rowsSince)} rows since the change are too few alone.`;
  return '';
}

function runBox(run) {
  const [text, kind] = outcome(run);
  const judged = run.steps.find(step => step.step === 'evaluate');
  const failure = run.outcome === 'FAILED' ? el('p', {class: 'bad'}, `${run.code}: ${run.message}`) : null;
  return el('article', {class: 'run', 'data-run': run.run, 'data-outcome': run.outcome},
    el('div', {class: 'head'}, el('span', {class: 'badge ' + kind}, text), el('b', {}, reason(run)),
      el('span', {class: 'soft when'}, run.requestedAt ? wall(run.requestedAt) + (run.endedAt ? `, took ${took(run.requestedAt, run.endedAt)}` : '') : '')),
    el('p', {class: 'why soft'}, trainedOn(run.request), ' ', el('span', {class: 'mono'}, run.run)),
    el('ol', {class: 'steps'}, ...steps(run)), failure, judged ? checks(judged.evidence) : null);
}

function steps(run) {
  const byName = new Map(run.steps.map(step => [step.step, step]));
  const wanted = run.outcome === 'OPEN' ? [...new Set([...STEPS, ...byName.keys()])] : [...byName.keys()].filter(name => name !== 'fail');
  return wanted.map(name => {
    const step = byName.get(name);
    if (!step) return el('li', {}, el('b', {class: 'soft'}, name), el('span', {class: 'soft'}, 'to come'));
    const state = step.state === 'RUNNING' ? 'running' : step.state === 'FAILED' ? 'failed' : 'done';
    return el('li', {class: state}, el('b', {}, name), el('span', {class: 'soft'}, note(step)));
  });
}

const NEIGHBOURS = {STORE_UNAVAILABLE: 'the artifact store', KAFKA_UNAVAILABLE: 'Kafka', REGISTRY_UNAVAILABLE: 'the schema registry', REDIS_UNAVAILABLE: 'Redis'};

const waitsFor = code => NEIGHBOURS[code] ? `waiting for ${NEIGHBOURS[code]}` : `trying again after ${code}`;

function note(step) {
  const {evidence} = step;
  if (step.state === 'RUNNING' && evidence.waiting) return `${waitsFor(evidence.waiting.code)} since ${wall(evidence.waiting.since)}`;
  if (step.state === 'RUNNING') return `running${share(step)}` + (step.attempt > 1 ? `, attempt ${step.attempt}` : '');
  if (step.state === 'FAILED') return step.code;
  if (step.state === 'SKIPPED') return 'skipped: nothing has changed';
  const time = step.step === 'requested' ? wall(step.at) : evidence.seconds !== undefined ? `${decimal(evidence.seconds, 1)} s` : step.begunAt === step.at ? 'done' : took(step.begunAt, step.at);
  return [time, evidence.rows !== undefined && step.step !== 'requested' ? `${whole(evidence.rows)} rows` : '', evidence.rowsOutsideWindow > evidence.rows ? `train.window leaves out ${whole(evidence.rowsOutsideWindow)}` : '', evidence.rowsOfOtherMeaning ? `${whole(evidence.rowsOfOtherMeaning)} of another meaning left out` : '', evidence.rowsIncomplete ? `${whole(evidence.rowsIncomplete)} incomplete left out` : '', evidence.leftOut && evidence.leftOut.length ? `without ${evidence.leftOut.map(dead => dead.input).join(', ')}` : ''].filter(Boolean).join(' · ');
}

function checks(evidence) {
  const all = (evidence.checks || []).filter(check => check.outcome !== 'skipped');
  const lines = all.map(check => {
    const slice = Object.entries(check.slice || {}).map(([name, value]) => `, ${name} ${value}`).join('');
    const bound = check.change ? `against the champion${check.champion !== undefined ? ' (' + decimal(check.champion, 4) + ')' : ''}` :
      [check.lowerBound !== undefined ? `at least ${check.lowerBound}` : '', check.upperBound !== undefined ? `at most ${check.upperBound}` : ''].filter(Boolean).join(', ');
    const passed = check.outcome === 'passed';
    return el('li', {class: passed ? '' : 'no'}, `${label(check.metric)}${slice} ${check.candidate !== undefined ? decimal(check.candidate, 4) : ''} ${bound}`, check.message ? `: ${check.message}` : '');
  });
  (evidence.shortages || []).forEach(lack => lines.push(el('li', {class: 'no'}, `${whole(lack.rows)} ${lack.of}, at least ${whole(lack.least)}`)));
  if (evidence.rubberStamp) lines.push(el('li', {}, 'there was no champion to compare with: only the bounds were checked'));
  return lines.length ? el('ul', {class: 'checks'}, ...lines) : null;
}

/* --- lineage -------------------------------------------------------------------------- */

let lineageOf = null;

async function readLineage() {
  const version = known.metrics && known.metrics.champion;
  const key = pipeline + '/' + version;
  if (!version) { lineageOf = null; renderLineage(null); return; }
  if (lineageOf === key) return;
  lineageOf = key;
  try {
    const response = await fetch(`v1/pipelines/${pipeline}/lineage/${version}`);
    if (!response.ok) throw new Error(String(response.status));
    const body = await response.json();
    if (lineageOf === key) renderLineage(body);
  } catch (e) {
    lineageOf = null;
    setTimeout(readLineage, READ_AFTER_FAILURE_MS);
  }
}

function renderLineage(made) {
  if (!made) { show('lineage', known.metrics ? el('p', {class: 'empty'}, 'No model is live yet.') : loading()); return; }
  const {data = {parts: []}, training} = made;
  const learner = Object.entries(training.learner || {}).map(([name, value]) => `${name} ${value}`).join(', ');
  const judged = Object.entries(made.verdict || {}).filter(([, value]) => typeof value === 'number').map(([name, value]) => `${label(name)} ${decimal(value, 4)}`).join(', ');
  const facts = [
    ['Version', `${made.version}, published ${wall(made.publishedAt)} by run ${made.run}`],
    ['Why', made.request ? reason({reason: made.reason, request: made.request}) : 'the request is no longer in the log'],
    ['Rows', data.rows === undefined ? '–' : `${whole(data.rows)}, of examples after ${day(data.from, true)} and up to ${day(data.to, true)}; ${training.trainedOn === 'train and eval' ? 'judged on a part of them, then trained anew on all' : 'trained on all but the part it was judged on'}`],
    ['Parts', data.parts.length ? partsTable(data.parts) : '–'],
    ['Transform', made.transform ? el('span', {}, hash(made.transform.sha256), ` from version ${made.pipelineVersion} of the pipeline file`) : '–'],
    ['Parameters', [learner, training.seed !== undefined ? `seed ${training.seed}` : '', training.device, training.library].filter(Boolean).join(', ') || '–'],
    ['On held-out rows', judged || '–'],
    ['Model file', el('span', {}, hash(made.file.sha256), `, ${whole(made.file.bytes / 1024)} KiB`)],
  ];
  const missing = made.missing.length ? el('p', {class: 'warn'}, 'Could not be read: ' + made.missing.join('; ')) : null;
  show('lineage', el('dl', {class: 'facts'}, ...facts.flatMap(([what, value]) => [el('dt', {}, what), el('dd', {}, value)])), missing);
}

function partsTable(parts) {
  const rows = parts.map(part => el('tr', {}, el('td', {class: 'mono', title: part.sha256}, part.part), el('td', {}, whole(part.rows)),
    el('td', {}, part.partition === undefined ? '–' : `${part.partition}: ${part.firstOffset} to ${part.lastOffset}`),
    el('td', {}, part.minTime ? `${day(part.minTime, true)} to ${day(part.maxTime, true)}` : '–')));
  return el('details', {}, el('summary', {}, noun(parts.length, 'part', 'parts')), el('table', {class: 'plain'},
    el('thead', {}, el('tr', {}, ...['Part', 'Rows', 'Partition: offsets', 'Examples'].map(name => el('th', {}, name)))), el('tbody', {}, ...rows)));
}

/* --- begin ---------------------------------------------------------------------------- */

document.addEventListener('DOMContentLoaded', () => {
  $('pipeline').addEventListener('change', event => { location.hash = event.target.value; });
  window.addEventListener('hashchange', readPipelines);
  window.addEventListener('resize', () => chart && chart.resize());
  $('drift-kind').addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    driftKind = button.dataset.kind;
    document.querySelectorAll('#drift-kind button').forEach(b => b.setAttribute('aria-selected', String(b === button)));
    renderDrift();
  });
  renderAll();
  readPipelines();
  listen();
});
