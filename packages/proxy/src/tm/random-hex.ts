/** Text of `length` hexadecimal digits. `random`: numbers in [0, 1). */
export function randomHex(random: () => number, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += Math.floor(random() * 16).toString(16)
  return text
}
