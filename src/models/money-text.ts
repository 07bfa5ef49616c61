/** An amount as people write it: `19.99 GBP`, `2000 JPY`. */
export const moneyText = (amountMinor: number, currency: string): string => {
  const digits = decimalsOf(currency)
  return `${(amountMinor / 10 ** digits).toFixed(digits)} ${currency}`
}

/** Decimals of the minor unit (ISO 4217), where they are not two. */
const NONE = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ')
const THREE = 'BHD IQD JOD KWD LYD OMR TND'.split(' ')

const decimalsOf = (currency: string): number => {
  if (NONE.includes(currency)) return 0
  return THREE.includes(currency) ? 3 : 2
}
