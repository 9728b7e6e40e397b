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

const COLOURS = 6;

/** The colour of a name: the same for everybody. */
export function colourOf(name) {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)) % 9973;
  return `c${hash % COLOURS}`;
}

/** A picture of somebody: the first character of the name, on its colour. */
export function avatar(name) {
  const letter = [...name][0]?.toUpperCase() ?? '?';
  return element('span', {
    className: `avatar ${colourOf(name)}`,
    textContent: letter,
    ariaHidden: 'true',
  });
}

/** Writes a moment as the time of day. */
export function timeOf(iso) {
  const options = { hour: '2-digit', minute: '2-digit', hour12: false };
  const text = new Date(iso).toLocaleTimeString([], options);
  return element('time', { dateTime: iso, textContent: text });
}
