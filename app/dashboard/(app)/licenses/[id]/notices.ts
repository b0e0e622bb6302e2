/** What the page says after each of its actions. */
export const NOTICES = {
  created: 'The license is created.',
  'created-mailed': 'The license is created and its key is on its way by mail.',
  suspended: 'The license is suspended.',
  unsuspended: 'The suspension is lifted.',
  revoked: 'The license is revoked.',
  reinstated: 'The license is reinstated.',
  renewed: 'The license is renewed.',
  expiry: 'The expiry is set.',
  saved: 'The changes are saved.',
  moved: 'The license has a new owner.',
  mailed: 'The key is on its way by mail.',
  'key-replaced': 'The license has a new key. Devices that know the old one may use it for 14 days more.',
  device: 'The device is freed.',
}
