import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** A change to a source file that is made in memory only. */
export interface Mutation {
  /** The file, from the root of the repository. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Compiles files with the settings of this repository, again and again, reading each file once. */
export class TypeCheck {
  private readonly options: ts.CompilerOptions;
  private readonly sources = new Map<string, ts.SourceFile | undefined>();

  /** @param files from the root of the repository */
  constructor(private readonly files: readonly string[]) {
    const config = join(ROOT, 'tsconfig.json');
    const read = ts.readConfigFile(config, (path) => ts.sys.readFile(path));
    this.options = ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(config)).options;
  }

  /** Gives the faults in the files, one line each. @throws Error when the mutation changes nothing */
  faults(mutation?: Mutation): string[] {
    const host = ts.createCompilerHost(this.options);
    const original = host.getSourceFile.bind(host);
    host.getSourceFile = (path, language) => {
      if (mutation !== undefined && relative(ROOT, path) === mutation.file) {
        return ts.createSourceFile(path, mutated(path, mutation), language);
      }
      if (!this.sources.has(path)) this.sources.set(path, original(path, language));
      return this.sources.get(path);
    };
    const program = ts.createProgram(
      this.files.map((file) => join(ROOT, file)),
      this.options,
      host,
    );
    return this.files.flatMap((file) => {
      const source = program.getSourceFile(join(ROOT, file));
      if (source === undefined) throw new Error(`There is no file ${file}`);
      const diagnostics = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      return diagnostics.map(({ start = 0, code, messageText }) => {
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        return `${file}:${line} TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
    });
  }
}

function mutated(path: string, { file, from, to }: Mutation): string {
  const text = ts.sys.readFile(path) ?? '';
  if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)} to change`);
  return text.replace(from, to);
}
