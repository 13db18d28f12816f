/**
 * Fields: blocks of variables that stand for a number, such as a destination port. Values are numbers for fields of up to 32 bits and bigints
 * for wider ones, as in base/address.ts; whatever takes a value takes both.
 */
import { InternalError } from '../../base/assert.ts';
import { type Cube, cubeOf, literal, literalIsPositive, literalVariable } from './cube.ts';
import { VariableSet } from './transformation.ts';

export type FieldValue = number | bigint;

export class Field {
  /** For people. */
  readonly name: string;
  /** The variable of each bit, the most significant first. Any order is right; ascending ones are fast. */
  readonly variables: Int32Array;
  /** The same variables, to quantify over. */
  readonly set: VariableSet;
  /** True where each bit's variable is below that of the bit before: then builders and readers are linear. */
  readonly ascending: boolean;

  constructor(name: string, variables: ArrayLike<number>) {
    this.name = name;
    this.variables = Int32Array.from(variables);
    this.set = new VariableSet(this.variables);
    if (this.set.variables.length !== this.variables.length || this.variables.length === 0) {
      throw new InternalError(`field ${name}: needs one variable for each bit`);
    }
    this.ascending = this.variables.every(
      (variable, bit) => bit === 0 || (this.variables[bit - 1] as number) < variable,
    );
  }

  get width(): number {
    return this.variables.length;
  }

  /** Variable of the bit that counts 2^weight. */
  variableOfWeight(weight: number): number {
    return this.variables[this.width - 1 - weight] as number;
  }

  get firstVariable(): number {
    return this.set.forget.first;
  }

  get lastVariable(): number {
    return this.set.forget.last;
  }
}

/** A field of `width` neighbouring variables, the most significant bit at the top. */
export function fieldAt(name: string, first: number, width: number): Field {
  return new Field(
    name,
    Array.from({ length: width }, (_, bit) => first + bit),
  );
}

/**
 * Several fields of one width with their bits in turn: bit 0 of each, bit 1 of each, ... For fields that are copied to or compared with each
 * other (an address and the original one): "equal" then takes 3 nodes a bit, where it takes 2^width with one field below the other.
 */
export function interleavedFields(names: readonly string[], first: number, width: number): Field[] {
  return names.map(
    (name, at) =>
      new Field(
        name,
        Array.from({ length: width }, (_, bit) => first + bit * names.length + at),
      ),
  );
}

/** The largest value of a field of `width` bits. */
export function largestValue(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Throws InternalError unless `value` is a whole number that fits. */
export function checkValue(value: FieldValue, width: number): void {
  const fits =
    typeof value === 'number'
      ? Number.isInteger(value) && value >= 0 && value < 2 ** width
      : value >= 0n && value <= largestValue(width);
  if (!fits) throw new InternalError(`${value} does not fit ${width} bits`);
}

/** 32 bits of a value, from the one that counts 2^weight on; as a signed number. */
export function wordOf(value: FieldValue, weight: number): number {
  if (typeof value === 'bigint') return Number((value >> BigInt(weight)) & 0xffffffffn) | 0;
  return weight === 0 ? value | 0 : Math.floor(value / 2 ** weight) | 0;
}

/** A number for fields of up to 32 bits, a bigint above. */
export function plainValue(value: bigint, width: number): FieldValue {
  return width <= 32 ? Number(value) : value;
}

/**
 * The cube of (field & mask) == value, or null where the value has bits outside the mask. Without a mask: field == value. O(width).
 *
 *     fieldCube(protocol, 6)          fieldCube(tcpFlags, 0x02, 0x17)
 */
export function fieldCube(field: Field, value: FieldValue, mask?: FieldValue): Cube | null {
  const { width, variables } = field;
  checkValue(value, width);
  if (mask !== undefined) checkValue(mask, width);
  const literals = new Int32Array(width);
  let at = width;
  for (let base = 0; base < width; base += 32) {
    const wanted = wordOf(value, base);
    const within = mask === undefined ? -1 : wordOf(mask, base);
    if ((wanted & ~within) !== 0) return null;
    const bits = Math.min(32, width - base);
    for (let bit = 0; bit < bits; bit++) {
      if (((within >>> bit) & 1) === 0) continue;
      literals[--at] = literal(variables[width - 1 - base - bit] as number, ((wanted >>> bit) & 1) === 1);
    }
  }
  const used = literals.subarray(at);
  return field.ascending ? used : cubeOf(used);
}

/** The cube of a prefix: the `length` most significant bits of `value`; the others may be anything. O(length). */
export function prefixCube(field: Field, value: FieldValue, length: number): Cube {
  const { width, variables } = field;
  checkValue(value, width);
  if (!(length >= 0 && length <= width)) throw new InternalError(`prefix length ${length} of ${width}`);
  const literals = new Int32Array(length);
  for (let bit = 0; bit < length; bit++) {
    const weight = width - 1 - bit;
    const word = wordOf(value, weight - (weight % 32));
    literals[bit] = literal(variables[bit] as number, ((word >>> (weight % 32)) & 1) === 1);
  }
  return field.ascending ? literals : (cubeOf(literals) as Cube);
}

/** The field's value in an assignment; bits that the cube leaves open are those of `otherwise`. */
export function fieldValue(field: Field, assignment: Cube, otherwise: FieldValue = 0): FieldValue {
  checkValue(otherwise, field.width);
  let value = BigInt(otherwise);
  for (let weight = 0; weight < field.width; weight++) {
    const found = findLiteral(assignment, field.variableOfWeight(weight));
    if (found < 0) continue;
    const bit = 1n << BigInt(weight);
    value = literalIsPositive(found) ? value | bit : value & ~bit;
  }
  return plainValue(value, field.width);
}

function findLiteral(cube: Cube, variable: number): number {
  let from = 0;
  let to = cube.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (literalVariable(cube[middle] as number) < variable) from = middle + 1;
    else to = middle;
  }
  const found = cube[from] ?? -1;
  return found >= 0 && literalVariable(found) === variable ? found : -1;
}
