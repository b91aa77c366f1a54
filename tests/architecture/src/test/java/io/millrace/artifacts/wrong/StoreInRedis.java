package io.millrace.artifacts.wrong;

import io.lettuce.core.RedisClient;

/** A second writer beside the online store. */
public record StoreInRedis(RedisClient client) {}
