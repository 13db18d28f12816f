/** The workspace's notes as the map shows them. */
import { useMemo } from 'react';
import type { HookMapGeometry } from '../../layout/hook-map-geometry.ts';
import { layoutNotes, type MapNote, type NoteGeometry } from '../../layout/hook-map-notes.ts';
import type { RuleLine } from '../../layout/hook-map-rules.ts';
import { useStore } from '../use-store.ts';

const NO_NOTES: readonly MapNote[] = [];
const NOWHERE: readonly NoteGeometry[] = [];

/** The same array while nothing has changed. What is not in the dump any more is left out. */
export function useMapNotes(): readonly MapNote[] {
  const notes = useStore((state) => state.notes);
  const places = useStore((state) => state.notePlaces);
  const findings = useStore((state) => state.overview?.findings);
  return useMemo(() => {
    if (notes.length === 0) return NO_NOTES;
    return notes.flatMap(({ on, text }, at): MapNote[] => {
      if (on.kind === 'finding') {
        const finding = findings?.find(({ id }) => id === on.id);
        return finding ? [{ kind: 'finding', finding: on.id, name: finding.title, text }] : [];
      }
      const place = places[at];
      if (!place) return [];
      const { family, table, chain, rule } = place.address;
      const name = `${family} ${table} ${chain ?? ''} rule ${rule ?? ''}`;
      return [{ kind: 'rule', chain: place.chain, rule: place.rule, name, text, bases: place.bases }];
    });
  }, [notes, places, findings]);
}

/** Where they stand. */
export function useNoteMarks(
  geometry: HookMapGeometry | null,
  lines: readonly RuleLine[],
  zoom: number,
): readonly NoteGeometry[] {
  const notes = useMapNotes();
  return useMemo(
    () => (geometry && notes.length > 0 ? layoutNotes(geometry, lines, notes, zoom) : NOWHERE),
    [geometry, lines, notes, zoom],
  );
}
