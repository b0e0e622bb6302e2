/** Text that is already HTML. */
export class Safe {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | Safe | Safe[]

/** Marks text as HTML: only for what this program wrote itself. */
export function raw(text: string): Safe {
  return new Safe(text)
}

/** A template that escapes every value that isn't already HTML. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Safe {
  let text = strings[0] ?? ''
  for (const [index, value] of values.entries()) text += render(value) + (strings[index + 1] ?? '')
  return new Safe(text)
}

function render(value: Value): string {
  if (value instanceof Safe) return value.text
  if (Array.isArray(value)) return value.map((item) => item.text).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
