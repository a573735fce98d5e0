import { describe, expect, it } from 'vitest'
import { clausesIn } from '../scripts/clauses.ts'

describe('clauses that the name of a test refers to', () => {
  it.each([
    ['MUST do it, RFC 3261 16.7 step 6', ['RFC 3261 16.7 6']],
    ['RFC 3261 16.4, 16.6 steps 6 and 7', ['RFC 3261 16.4 0', 'RFC 3261 16.6 6', 'RFC 3261 16.6 7']],
    ['RFC 3261 17.2.1, RFC 6026 7.1 > Completed: 17.2.2 too', ['RFC 3261 17.2.1 0', 'RFC 6026 7.1 0', 'RFC 3261 17.2.2 0']],
    ['tm-reference 2.3, 6 > of 302 and 404 sends 302, 16.7', ['tm-reference 2.3 0', 'tm-reference 6 0', 'RFC 3261 16.7 0']],
    ['RFC 3581 4: from 10.0.0.1:5060 over SIP/2.0 to 192.0.2.1', ['RFC 3581 4 0']],
    ['as Kamailio 5.6.3 does, q 0.5', []],
    ['RFC 2308 7', ['RFC 2308 7 0']],
  ])('%s', (name, expected) => {
    expect(clausesIn(name).map(({ source, section, step }) => `${source} ${section} ${step}`)).toEqual(expected)
  })
})
