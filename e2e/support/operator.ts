/** The first operator, whom the suite creates by the setup link. */
export const operator = {
  name: 'Ada Operator',
  email: 'ada@vendor.test',
  password: 'copper lantern river seven',
}
