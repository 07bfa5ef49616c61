/**
 * Texts of up to three ASCII characters, such as markets, currencies and countries: there are few, and
 * every record has some. Each is made once. Bound: 4,096 of them; others are made anew each time.
 */
const TEXTS_MAX = 4_096
const LENGTH_MAX = 3

/** By length and characters, seven bits each. */
const texts = new Map<number, string>()

/** The Avro string at the position, which moves behind it; undefined, and it stays, for all others. */
export const shortTextOf = (at: { readonly buf: Buffer; pos: number }): string | undefined => {
  const { buf, pos } = at
  // In Avro a short length is one byte, which is twice the length.
  const twice = buf[pos]!
  if (!(twice <= 2 * LENGTH_MAX) || twice % 2 !== 0) return undefined
  const end = pos + 1 + twice / 2
  let code = twice
  for (let next = pos + 1; next < end; next++) {
    const byte = buf[next]!
    // Neither is there a character behind the end of the bytes.
    if (!(byte < 128)) return undefined
    code = (code << 7) | byte
  }
  at.pos = end
  return texts.get(code) ?? made(code, buf.toString('latin1', pos + 1, end))
}

const made = (code: number, text: string): string => {
  if (texts.size < TEXTS_MAX) texts.set(code, text)
  return text
}
