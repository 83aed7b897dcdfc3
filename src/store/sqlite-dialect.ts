/**
 * Kysely over one connection of node:sqlite.
 *
 * Transactions begin and end in `commit-queue.ts`; here they only fail. It promises that nothing runs outside of one, since
 * SQLite may end a transaction by itself when the disk is full, and that none succeeds in which a query has failed.
 */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

export function sqliteDialect(db: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOf(db),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function driverOf(db: DatabaseSync): Driver {
  const prepare = preparedStatements(db);
  /** Why the transaction must not be committed, if a query of it has failed. */
  let failure: { error: unknown } | undefined;

  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      try {
        if (!db.isTransaction) throw new Error('SQLite has ended this transaction');
        return execute(prepare(sql), parameters as SQLInputValue[]);
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
    streamQuery() {
      throw new Error('rows are read as a whole, not streamed');
    },
  };

  return {
    async init() {},
    async acquireConnection() {
      return connection;
    },
    async beginTransaction() {
      failure = undefined;
    },
    // As in other databases: work that goes on as if nothing had failed must not leave the half that did not.
    async commitTransaction() {
      if (failure) throw failure.error;
    },
    async rollbackTransaction() {},
    async releaseConnection() {},
    // Whoever opened the database closes it: kysely would only do so after it was used.
    async destroy() {},
  };
}

function execute<R>({ statement, returnsRows }: Prepared, values: SQLInputValue[]): QueryResult<R> {
  if (returnsRows) return { rows: statement.all(...values) as R[] };
  return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
}

type Prepared = { statement: StatementSync; returnsRows: boolean };

/** Lists of different lengths make different statements, so the cache has a bound. */
const MOST_STATEMENTS = 256;

/** Prepares statements and keeps those that were used last. */
function preparedStatements(db: DatabaseSync): (sql: string) => Prepared {
  const kept = new Map<string, Prepared>();
  return (sql) => {
    const prepared = kept.get(sql) ?? prepareStatement(db, sql);
    // Deleted and set again, so that a Map's order of insertion is the order of use.
    kept.delete(sql);
    kept.set(sql, prepared);
    if (kept.size > MOST_STATEMENTS) kept.delete(kept.keys().next().value as string);
    return prepared;
  };
}

function prepareStatement(db: DatabaseSync, sql: string): Prepared {
  const statement = db.prepare(sql);
  return { statement, returnsRows: statement.columns().length > 0 };
}
