/** A name as a statement has it, whatever letters are in it. */
export const quoted = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``
