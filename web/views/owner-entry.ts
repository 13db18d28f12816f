/** How an owner is shown: its names, hue and initials. */
import { programName, programOf, suiteOf } from '../findings/words.ts';
import { OWNERS } from '../owners/catalogue/index.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { OwnerOverview } from './answer.ts';

/** Ids that the catalogue does not have are `unknown`. */
export function ownerEntry(
  id: OwnerId,
): Pick<OwnerOverview, 'id' | 'name' | 'short' | 'slot' | 'initials' | 'program' | 'programName'> {
  const owner = OWNERS.get(id);
  const program = suiteOf(programOf(id));
  const suite = { program, programName: programName(program) };
  if (!owner) return { id, name: 'unknown', short: 'unknown', slot: 'unknown', initials: '?', ...suite };
  return { id, name: owner.name, short: owner.short, slot: owner.slot, initials: owner.initials, ...suite };
}
