import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalIsPositive, literalVariable } from '../diagram/cube.ts';
import { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import { commonMember, findMember } from './search.ts';

const VARIABLES = 12;

/** A set by a truth table over the first variables, spread over all by `shift`. */
function setOf(diagrams: Diagrams, minterms: readonly number[], shift: number): Ref {
  return diagrams.orAll(
    minterms.map((minterm) =>
      diagrams.andAll(
        Array.from({ length: 5 }, (_, i) => {
          const variable = diagrams.variable((i * 2 + shift) % VARIABLES);
          return ((minterm >> i) & 1) === 1 ? variable : not(variable);
        }),
      ),
    ),
  );
}

const minterms = fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 12 });

describe('looking for a packet in several sets', () => {
  it('finds one exactly if their intersection has one', () => {
    fc.assert(
      fc.property(fc.array(minterms, { minLength: 1, maxLength: 5 }), (tables) => {
        const diagrams = new Diagrams();
        const sets = tables.map((table, i) => setOf(diagrams, table, i));
        const whole = diagrams.andAll(sets);
        expect(commonMember(diagrams, sets, 1e6)).toBe(whole === FALSE ? 'none' : 'some');
        const member = findMember(diagrams, sets, new Int32Array(), 1e6);
        if (whole === FALSE) expect(member).toBeNull();
        else expect(diagrams.andCube(whole, member as Int32Array)).not.toBe(FALSE);
      }),
    );
  });

  it('goes through places that many ways lead to once', () => {
    // a1 = b1, a2 = b2, ... and that one of them differs: as many ways as there are values, and few places.
    const diagrams = new Diagrams();
    const pairs = Array.from({ length: 40 }, (_, i) =>
      diagrams.xor(diagrams.variable(2 * i), diagrams.variable(2 * i + 1)),
    );
    const differs = diagrams.orAll(pairs);
    const same = pairs.map((pair) => not(pair));
    const half = Math.floor(same.length / 2);
    const sets = [differs, diagrams.andAll(same.slice(0, half)), diagrams.andAll(same.slice(half))];
    expect(commonMember(diagrams, sets, 20_000)).toBe('none');
    expect(findMember(diagrams, sets, new Int32Array(), 20_000)).toBeNull();
  });

  it('prefers what is wished', () => {
    const diagrams = new Diagrams();
    const set = diagrams.or(diagrams.variable(0), diagrams.variable(1));
    const member =
      findMember(
        diagrams,
        [set, TRUE],
        Int32Array.from([2, 3]).map((each) => each),
        100,
      ) ?? new Int32Array();
    expect([...member].map((each) => [literalVariable(each), literalIsPositive(each)])).toHaveLength(2);
    expect(diagrams.andCube(set, member)).not.toBe(FALSE);
  });
});
