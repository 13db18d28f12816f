import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasValue, type NameSet } from '../../kernel/value-set.ts';
import { NameAtoms } from './names.ts';

const letters = fc.array(fc.constantFrom('a', 'b', '1'), { minLength: 1, maxLength: 4 }).map((list) => list.join(''));

describe('atoms of names', () => {
  it('tell names apart exactly as the sets do that they were made from', () => {
    fc.assert(
      fc.property(fc.array(letters), fc.array(letters), fc.array(letters), (exact, stems, asked) => {
        const atoms = new NameAtoms(exact, stems);
        const sets: NameSet[] = [
          ...exact.map((name): NameSet => ({ kind: 'names', exact: new Set([name]), stems: [], complement: false })),
          ...stems.map((stem): NameSet => ({ kind: 'names', exact: new Set(), stems: [stem], complement: false })),
        ];
        for (const name of [...asked, ...exact, 'lo', 'eth99']) {
          const code = atoms.codeOf(name);
          for (const set of sets) expect(atoms.codesOf(set).includes(code)).toBe(hasValue(set, name));
        }
      }),
    );
  });

  it('have a name each that an interface can have', () => {
    const atoms = new NameAtoms(['eth0', 'cali1'], ['cali', 'cali1', 'a-long-beginning-']);
    expect(atoms.atoms.map(({ words }) => words)).toEqual([
      'no interface',
      'lo',
      'eth0',
      'cali1',
      'cali*',
      'cali1*',
      null,
      null,
    ]);
    for (const { name } of atoms.atoms) expect(name.length).toBeLessThanOrEqual(15);
  });
});
