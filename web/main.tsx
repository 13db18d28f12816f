/** The page's entry: theme, what was there before, then React. With `?embed` only the view of the link. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/theme/theme.css';
import { embedding, onOpening, workspaces } from './ui/session.ts';
import { App } from './ui/shell/App.tsx';
import { lazyPart } from './ui/shell/lazy-part.tsx';
import { startPanels } from './ui/shell/panel-choice.ts';
import { startTheme } from './ui/shell/theme-choice.ts';
import { isPageFile } from './ui/standalone/own-file.ts';
import { client } from './ui/use-answer.ts';

const Embed = lazyPart(async () => (await import('./ui/embed/Embed.tsx')).Embed);

/** Milliseconds without a word. */
const PATIENCE = 300;

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

startTheme(embedding?.theme ?? null);
startPanels();
// The first picture waits for this: a landing page that turns into a workspace would flicker.
const startedAt = performance.now();
onOpening((fraction) => {
  // A long link takes seconds: what is shown is what it waits for.
  if (performance.now() - startedAt < PATIENCE) return;
  root.className = 'opening';
  root.textContent = `Opening the link… ${Math.round(fraction * 100)} %`;
});
const shown = await workspaces.start();
if (isPageFile()) await (await import('./ui/standalone/open-own.ts')).openOwnDumps(!shown);
onOpening(null);
root.className = '';
root.textContent = '';

createRoot(root).render(<StrictMode>{embedding ? <Embed /> : <App />}</StrictMode>);

// The worker's code is fetched and compiled while the user looks for a file.
setTimeout(client.start);

/** Milliseconds: what the first map needs comes first. */
const KEEP_AFTER = 3000;

if (import.meta.env.PROD && !embedding && !isPageFile()) {
  setTimeout(() => void import('./ui/offline/keep-offline.ts').then(({ keepOffline }) => keepOffline()), KEEP_AFTER);
}
