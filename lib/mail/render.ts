import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MailContent, MailProps, MailSurroundings, OwnTemplate } from './mail-props.ts'
import { renderWrittenMail } from './written/render-written-mail.ts'

interface Compiled {
  renderMail<T extends OwnTemplate>(template: T, props: MailProps[T] & MailSurroundings): Promise<MailContent>
  toPlainText(html: string): string
}

let compiled: Promise<Compiled> | undefined

/** The templates are JSX, which Node does not read: the build compiled them to one file. */
function load(): Promise<Compiled> {
  compiled ??= import(pathToFileURL(join(import.meta.dirname, '../../dist/mail.mjs')).href)
  compiled.catch(() => {
    compiled = undefined
  })
  return compiled
}

/**
 * Renders a stored mail. `props` is what `queueMail` sealed for this template.
 * @throws {UnrenderableMail} for a template of the vendor's own that is not right
 */
export async function renderStoredMail(
  template: string,
  props: unknown,
  surroundings: MailSurroundings,
): Promise<MailContent> {
  const { renderMail, toPlainText } = await load()
  if (template === 'automated') {
    const written = await renderWrittenMail(props as MailProps['automated'])
    return { ...written, text: toPlainText(written.html) }
  }
  return renderMail(template as OwnTemplate, { ...(props as MailProps[OwnTemplate]), ...surroundings })
}
