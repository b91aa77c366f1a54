package io.millrace.messaging.runs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer whose broker takes long to answer once: until then it knows of nothing that was
 * written since it asked.
 */
final class LateConsumer {
  private final Consumer<byte[], byte[]> consumer;
  private final Predicate<ConsumerRecord<byte[], byte[]>> late;
  private final CountDownLatch answer;
  private @Nullable ConsumerRecords<byte[], byte[]> held;

  private LateConsumer(
      Consumer<byte[], byte[]> consumer,
      Predicate<ConsumerRecord<byte[], byte[]>> late,
      CountDownLatch answer) {
    this.consumer = consumer;
    this.late = late;
    this.answer = answer;
  }

  /**
   * @param late the answer that has such a record comes late
   * @param answer when it comes
   */
  @SuppressWarnings("unchecked")
  static Consumer<byte[], byte[]> of(
      Consumer<byte[], byte[]> consumer,
      Predicate<ConsumerRecord<byte[], byte[]>> late,
      CountDownLatch answer) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Consumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new LateConsumer(consumer, late, answer)::call);
  }

  private @Nullable Object call(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    ConsumerRecords<byte[], byte[]> waiting = held;
    if (waiting != null && method.getName().equals("poll")) {
      if (!answer.await(50, TimeUnit.MILLISECONDS)) {
        return ConsumerRecords.empty();
      }
      held = null;
      return waiting;
    }
    Object result = invoke(method, arguments);
    if (method.getName().equals("poll") && isLate((ConsumerRecords<byte[], byte[]>) result)) {
      held = (ConsumerRecords<byte[], byte[]>) result;
      return ConsumerRecords.empty();
    }
    if (waiting != null
        && method.getName().equals("position")
        && !waiting.records((TopicPartition) arguments[0]).isEmpty()) {
      return waiting.records((TopicPartition) arguments[0]).getFirst().offset();
    }
    return result;
  }

  private boolean isLate(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (answer.getCount() > 0 && late.test(record)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
