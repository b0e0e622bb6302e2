import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Emulation } from '../emulation.ts'
import { readBody } from '../http/body.ts'
import { ApiError } from '../http/errors.ts'
import { showAuthentication, submitAuthentication } from './authenticate.ts'
import { showCheckout } from './checkout.ts'
import { showInvoice } from './invoice.ts'
import { messagePage } from './layout.ts'
import type { PageAnswer } from './page-answer.ts'
import { sendPage } from './send-page.ts'
import { STYLESHEET } from './stylesheet.ts'
import { submitCheckout } from './submit.ts'

export function isPagePath(pathname: string): boolean {
  return pathname.startsWith('/c/') || pathname.startsWith('/i/') || pathname.startsWith('/assets/')
}

/** Answers the pages that buyers see. They work without JavaScript and hold none. */
export async function handlePages(
  emulation: Emulation,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  if (url.pathname === '/assets/checkout.css') {
    res.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' })
    res.end(STYLESHEET)
    return
  }
  let page: PageAnswer
  try {
    page = await answer(emulation, req, url)
  } catch (error) {
    emulation.log('error', 'page failed', { error: error instanceof Error ? error.stack : String(error) })
    page = messagePage(500, 'Something went wrong', 'Go back and try again: you will not be charged twice.')
  }
  sendPage(emulation, res, page)
}

async function answer(emulation: Emulation, req: IncomingMessage, url: URL): Promise<PageAnswer> {
  const [, area, kind, id = '', step] = url.pathname.split('/')
  const isPost = req.method === 'POST'
  if (!isPost && req.method !== 'GET' && req.method !== 'HEAD') {
    return messagePage(405, 'Method not allowed', 'This page can be read and submitted, nothing else.')
  }
  const form = isPost ? await readForm(req) : undefined
  if (form === null) return messagePage(413, 'Too much data', 'The form is larger than any payment needs.')
  if (area === 'c' && kind === 'pay' && step === undefined) {
    return form ? submitCheckout(emulation, id, form) : showCheckout(emulation, id)
  }
  if (area === 'c' && kind === 'pay' && step === 'authenticate') {
    return form ? submitAuthentication(emulation, id, form) : showAuthentication(emulation, id)
  }
  if (area === 'i' && kind !== undefined && !form) return showInvoice(emulation, kind)
  return messagePage(404, 'Page not found', 'There is no page at this address.')
}

/** @returns null if the form is too large */
async function readForm(req: IncomingMessage): Promise<URLSearchParams | null> {
  try {
    return new URLSearchParams(await readBody(req))
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}
