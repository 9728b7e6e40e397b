/** Where rows are stored. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** Chooses PostgreSQL when there is an address of one, and else the file. */
export function databaseConfig(url: string | undefined, file: string): DatabaseConfig {
  return url === undefined ? { kind: 'sqlite', file } : { kind: 'postgres', url };
}
