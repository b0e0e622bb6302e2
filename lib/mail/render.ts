import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MailContent, MailProps, MailSurroundings, MailTemplate } from './mail-props.ts'

type Render = <T extends MailTemplate>(
  template: T,
  props: MailProps[T] & MailSurroundings,
) => Promise<MailContent>

let compiled: Promise<{ renderMail: Render }> | undefined

/** The templates are JSX, which Node does not read: the build compiled them to one file. */
function load(): Promise<{ renderMail: Render }> {
  compiled ??= import(pathToFileURL(join(import.meta.dirname, '../../dist/mail.mjs')).href)
  compiled.catch(() => {
    compiled = undefined
  })
  return compiled
}

/** Renders a stored mail. `props` is what `queueMail` sealed for this template. */
export async function renderStoredMail(
  template: string,
  props: unknown,
  surroundings: MailSurroundings,
): Promise<MailContent> {
  const { renderMail } = await load()
  return renderMail(template as MailTemplate, { ...(props as MailProps[MailTemplate]), ...surroundings })
}
