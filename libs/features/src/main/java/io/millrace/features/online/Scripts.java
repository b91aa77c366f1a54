package io.millrace.features.online;

/**
 * What must happen atomically in Redis. What others have put under a key, of another type or
 * without a version, is as if it weren't there: it is replaced.
 */
final class Scripts {
  /**
   * Applies writes whose version is higher than the stored one. Keys: logs, then the entities.
   * Arguments: partition, log, seconds that a removed entity's version is kept, then version and
   * bytes (empty: remove) of each entity. Answers how many were applied, or −1 for another log.
   */
  static final String WRITE =
      """
      if redis.pcall('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return -1 end
      local applied = 0
      for i = 2, #KEYS do
        local version, bytes = ARGV[2 * i], ARGV[2 * i + 1]
        local before = redis.pcall('GETRANGE', KEYS[i], 0, 18)
        if type(before) == 'table' or #before < 19 or before:find('%D') or before < version then
          if bytes == '' then
            redis.call('SET', KEYS[i], version, 'EX', ARGV[3])
          else
            redis.call('SET', KEYS[i], version .. bytes)
          end
          applied = applied + 1
        end
      end
      return applied
      """;

  /**
   * Moves a task's watermark, never back. Keys: logs, watermarks. Arguments: partition, log, task,
   * watermark. Answers 1, 0 if it was there already, −1 for another log.
   */
  static final String WATERMARK =
      """
      if redis.pcall('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return -1 end
      local before = redis.pcall('HGET', KEYS[2], ARGV[3])
      if type(before) == 'table' then
        redis.call('DEL', KEYS[2])
      elseif before and tonumber(before) and tonumber(before) >= tonumber(ARGV[4]) then
        return 0
      end
      redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
      return 1
      """;

  /**
   * Reads the first entities, as many as take no more bytes together than allowed, but one in any
   * case. Keys: entities. Argument: bytes. Answers what stands under each, or nothing.
   */
  static final String READ =
      """
      local read, room = {}, tonumber(ARGV[1])
      for i, key in ipairs(KEYS) do
        local size = redis.pcall('STRLEN', key)
        if type(size) == 'table' then
          read[i] = false
        else
          room = room - size
          if room < 0 and i > 1 then break end
          read[i] = redis.call('GET', key)
        end
      end
      return read
      """;

  private Scripts() {}
}
