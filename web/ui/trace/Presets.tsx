/** Packets to begin with, out of the dump: the chosen one is open, with its sentence and what is made up about it. */
import { type ReactElement, useState } from 'react';
import { tidyForm } from '../../packet/form.ts';
import type { PacketFacts, Preset } from '../../worker/protocol.ts';
import { useStore } from '../use-store.ts';
import { MoreItem } from './MoreItem.tsx';
import { startTrace } from './use-trace.ts';

/** So many are shown before somebody asks for more: the form stays in sight. */
const FEW = 4;

export function Presets({ facts }: { readonly facts: PacketFacts | null }): ReactElement {
  const family = useStore((state) => state.family);
  const traced = useStore((state) => state.trace.traced);
  const [all, setAll] = useState(false);
  if (!facts) return <p className="packet-note quiet">Reading…</p>;
  const presets = facts.presets.filter((preset) => preset.family === family);
  const key = JSON.stringify(traced);
  const isChosen = (preset: Preset): boolean => traced !== null && JSON.stringify(tidyForm(preset.packet)) === key;
  const shown = presets.filter((preset, at) => all || at < FEW || isChosen(preset));
  return (
    <ul className="presets" aria-label="Packets from this dump">
      {shown.map((preset) => (
        <PresetItem key={preset.id} preset={preset} chosen={isChosen(preset)} />
      ))}
      {presets.length > FEW ? <MoreItem count={presets.length} shown={shown.length} all={all} onAll={setAll} /> : null}
      {presets.length === 0 ? (
        <li className="packet-note quiet">The dump has no chains for packets of this family.</li>
      ) : null}
    </ul>
  );
}

function PresetItem({ preset, chosen }: { readonly preset: Preset; readonly chosen: boolean }): ReactElement {
  const { title, detail, sentence, notes, packet } = preset;
  return (
    <li data-chosen={chosen || undefined}>
      <button
        type="button"
        className="preset"
        aria-pressed={chosen}
        title={sentence}
        onClick={() => startTrace(packet)}
      >
        <span className="preset-title">{title}</span>
        {chosen ? <span className="preset-detail">{detail}</span> : null}
      </button>
      {chosen && notes.length > 0 ? (
        <ul className="preset-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
