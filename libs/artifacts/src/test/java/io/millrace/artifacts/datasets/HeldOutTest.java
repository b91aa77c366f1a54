package io.millrace.artifacts.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.artifacts.DuckDb;
import io.millrace.contracts.pipeline.Evaluate.Split.By;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  /** One for all tries of a property: to open one takes as long as 50 of them. */
  private final Connection connection;

  HeldOutTest() throws SQLException {
    connection = DuckDb.open("100MB", "unused");
  }

  @AfterEach
  @AfterProperty
  void close() throws SQLException {
    connection.close();
  }

  /** RFC 1321, A.5: MD5("a") = 0cc175b9…, so that its hash is 0x0cc175b9 / 2³² = 0.0498. */
  @Test
  void shouldHashTheIdAsMd5Has() {
    assertThat(new HeldOut(By.HASH, 0.05, null).contains("a", 0)).isTrue();
    assertThat(new HeldOut(By.HASH, 0.0498, null).contains("a", 0)).isFalse();
    double hash = 0x0cc175b9L / 0x1p32;
    assertThat(new HeldOut(By.HASH, hash, null).contains("a", 0)).isFalse();
    assertThat(new HeldOut(By.HASH, Math.nextUp(hash), null).contains("a", 0)).isTrue();
  }

  @Test
  void shouldHoldOutWhatIsAfterATime() {
    HeldOut newest = new HeldOut(By.TIME, 0.2, 10L);
    assertThat(newest.contains("a", 10)).isFalse();
    assertThat(newest.contains("a", 11)).isTrue();
  }

  @Test
  void shouldRefuseATimeThatGoesWithNoTime() {
    assertThatThrownBy(() -> new HeldOut(By.HASH, 0.2, 10L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeldOut(By.TIME, 0.2, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void shouldSayInSqlWhatItSaysInJava(
      @ForAll String id, @ForAll @DoubleRange(min = 0, max = 1) double share) throws SQLException {
    String plain = id.replace('\u0000', ' ').replaceAll("[\\ud800-\\udfff]", "?");
    HeldOut heldOut = new HeldOut(By.HASH, share, null);

    assertThat(isTrue(heldOut.sql("id", "0"), plain)).isEqualTo(heldOut.contains(plain, 0));
    assertThat(isTrue(HeldOut.sampleSql("id", share), plain))
        .isEqualTo(HeldOut.isSampled(plain, share));
  }

  private boolean isTrue(String condition, String id) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT %s FROM (SELECT %s AS id)".formatted(condition, DuckDb.literal(id)))) {
      found.next();
      return found.getBoolean(1);
    }
  }
}
