import { invalidParam } from '../../http/errors.ts'

/** @throws ApiError 400 for anything but an http(s) address */
export function checkUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalidParam(
      'Invalid URL: An explicit scheme (such as https) must be provided.',
      'url',
      'url_invalid',
    )
  }
  return url
}
