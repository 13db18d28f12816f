/** The canonical nft spelling of the model: one import for everything that spells. */
export { addressText } from './address.ts';
export {
  durationText,
  fieldText,
  flagList,
  flagNames,
  isLoadableName,
  rangeText,
  scalarText,
  spellElement,
  spellExpression,
  spellTyped,
  spellVerdict,
  typesOf,
  typesOfSet,
} from './spell-expression.ts';
export { bytesText, spellStatement } from './spell-statement.ts';
