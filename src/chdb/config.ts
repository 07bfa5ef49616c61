/**
 * What the engine is started with.
 *
 * - A deduplication window in every table: without one a token means nothing.
 * - Half of the machine's memory at most, as it shares the machine with the application.
 * - With `durable`, what an insert or a merge wrote is on the disk before it is acknowledged. Without
 *   it a killed process loses nothing, but a power cut may take the last seconds.
 */
const DURABLE = `
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <min_rows_to_fsync_after_merge>1</min_rows_to_fsync_after_merge>`

export const engineConfig = (durable: boolean): string => `<clickhouse>
  <logger>
    <level>fatal</level>
  </logger>
  <max_server_memory_usage_to_ram_ratio>0.5</max_server_memory_usage_to_ram_ratio>
  <merge_tree>
    <non_replicated_deduplication_window>1000</non_replicated_deduplication_window>${durable ? DURABLE : ''}
  </merge_tree>
</clickhouse>
`
