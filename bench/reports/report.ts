/** Prints what it finds, and says whether all of it is within its bounds. Some read `data` of others. */
export type Report = (print: (line: string) => void, data?: string) => boolean | Promise<boolean>
