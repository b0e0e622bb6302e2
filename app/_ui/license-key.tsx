/** A license's key, or the words for one that cannot be read. */
export function LicenseKey({
  license,
  className,
}: {
  license: { key: string; keyUnreadable?: true | undefined }
  className: string
}) {
  if (license.keyUnreadable)
    return <em>This key cannot be read. Replacing it gives the license a new one.</em>
  return <code className={className}>{license.key}</code>
}
