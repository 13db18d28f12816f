/** The trace at a phone's width: the packet, its fate, its steps in reading order. No map: the steps are the way. */
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { packetLine } from '../../packet/line.ts';
import { FamilySwitch } from '../shell/FamilySwitch.tsx';
import { useStore } from '../use-store.ts';
import { PacketPanel } from './PacketPanel.tsx';
import { useHasTraces } from './Recorded.tsx';
import { StepsPanel } from './StepsPanel.tsx';
import { SwapPart } from './SwapPart.tsx';
import './trace.css';
import { usePlay } from './use-play.ts';
import { numberedSteps, useFirstPreset, usePacketFacts, useTrace } from './use-trace.ts';

export function PhoneTrace(): ReactElement {
  const facts = usePacketFacts();
  const traces = useHasTraces();
  // What a kernel told comes before what is made up.
  useFirstPreset(traces ? null : facts);
  const trace = useTrace();
  const play = usePlay(numberedSteps(trace.passage).length, trace.passage);
  return (
    <div className="phone-trace">
      <PacketPart facts={facts} />
      <SwapPart trace={trace} />
      <StepsPanel trace={trace} play={play} />
    </div>
  );
}

/** Can be folded to one line, so that fate and steps come first. */
function PacketPart({ facts }: { readonly facts: ReturnType<typeof usePacketFacts> }): ReactElement {
  const traced = useStore((state) => state.trace.traced);
  const families = useStore((state) => state.overview?.maps.length ?? 0);
  // A packet that comes from elsewhere (a finding's witness) is there to be looked at, not to be changed.
  const isGiven = useStore((state) => state.trace.witness !== null);
  const [open, setOpen] = useState(!isGiven);
  const before = useRef(traced);
  useEffect(() => {
    // Another packet was asked for here: what becomes of it is below, and comes into view.
    if (before.current !== null && traced !== null && before.current !== traced) setOpen(false);
    before.current = traced;
  }, [traced]);
  return (
    <div className="phone-packet">
      <div className="phone-packet-head">
        <button
          type="button"
          className="button button-quiet phone-packet-line"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <span>{open ? 'Packet' : 'Change'}</span>
          <span className="mono">{traced && !open ? packetLine(traced) : ''}</span>
        </button>
        {families > 1 && open ? <FamilySwitch /> : null}
      </div>
      {open ? <PacketPanel facts={facts} /> : null}
    </div>
  );
}
