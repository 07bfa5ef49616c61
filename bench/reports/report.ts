/** Prints what it finds, and says whether all of it is within its bounds. */
export type Report = (print: (line: string) => void) => boolean
