/** Monaco ships declarations for its API only; its contributions are imported for what they register. */
declare module 'monaco-editor/editor/browser/*';
declare module 'monaco-editor/editor/contrib/*';
declare module 'monaco-editor/editor/standalone/*';
declare module 'monaco-editor/features/*';
declare module 'monaco-editor/editor/editor.worker.js?worker' {
  const EditorWorker: new () => Worker;
  // biome-ignore lint/style/noDefaultExport: Vite's `?worker` modules have one
  export default EditorWorker;
}
declare module 'monaco-editor/editor/common/model/pieceTreeTextBuffer/pieceTreeTextBufferBuilder.js' {
  export class PieceTreeTextBufferBuilder {
    acceptChunk(chunk: string): void;
    finish(): object;
  }
}
