/** Text that is HTML, and not to be escaped again. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Writes HTML as a template; what is put into it is text unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html)[]): Html {
  const escaped = values.map((value) => (value instanceof Html ? value.text : escape(`${value}`)));
  return new Html(parts.reduce((text, part, index) => `${text}${escaped[index - 1]}${part}`));
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}
