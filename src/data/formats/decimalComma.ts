/** True for a number with a decimal comma, as spreadsheets write it in many countries: `0,123`, `-1.234,5`. */
export const hasDecimalComma = (cell: string): boolean => /^[-+]?\d+(\.\d{3})*,\d+(e[-+]?\d+)?$/i.test(cell)

/** The mend of such numbers. */
export const DECIMAL_HINT = 'Write decimal points, not commas.'
