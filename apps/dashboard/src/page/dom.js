/** Finds an element of the page by its id. */
export const byId = (id) => document.getElementById(id);

/** Makes an element. Text goes in as text: what comes from outside never becomes markup. */
export function element(name, { className, ...properties } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element of a drawing. */
export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Sets a text if it is another one, so that screen readers hear changes only. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Writes a number as people here do. */
export const number = (value) => value.toLocaleString();

/** Writes a moment as the time of day. */
export function timeOfDay(iso, { seconds = true } = {}) {
  const options = { hour: '2-digit', minute: '2-digit', hour12: false };
  if (seconds) options.second = '2-digit';
  return new Date(iso).toLocaleTimeString([], options);
}

/** Makes the `<time>` of a moment. */
export const time = (iso) =>
  element('time', { dateTime: iso, textContent: timeOfDay(iso), title: iso });
