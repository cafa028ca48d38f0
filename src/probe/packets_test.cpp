#include "probe/packets.hpp"

#include <gtest/gtest.h>

namespace reentry::probe {
namespace {

GuardKeys keys_for(std::string_view cipher, std::string_view mac) {
  const auto needs = guard_needs(cipher, mac);
  EXPECT_TRUE(needs);
  return {Secret(std::string(needs->key, 'k')), Secret(std::string(needs->iv, 'i')),
          Secret(std::string(needs->mac_key, 'm'))};
}

std::string text_of(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 7 + 94);
  return out;
}

struct Pair {
  PacketWriter writer{openssl_random()};
  PacketReader reader;
};

void arm(Pair& pair, const std::string& cipher, const std::string& mac) {
  pair.writer.use(make_guard(cipher, mac, keys_for(cipher, mac), Direction::seal));
  pair.reader.use(make_guard(cipher, mac, keys_for(cipher, mac), Direction::open));
}

template <typename Work>
void for_each_guard(Work work) {
  ASSERT_TRUE(ready_openssl());
  for (const std::string& cipher : spoken_ciphers()) {
    for (const std::string& mac : spoken_macs()) {
      SCOPED_TRACE(cipher + " " + mac);
      work(cipher, mac);
    }
  }
}

TEST(Packets, ComeOutAsTheyWentIn) {
  for_each_guard([](const std::string& cipher, const std::string& mac) {
    Pair pair;
    arm(pair, cipher, mac);
    std::string stream;
    for (std::size_t size = 1; size < 80; ++size) ASSERT_TRUE(pair.writer.put(text_of(size), stream));
    std::string payload;
    std::size_t next = 1;
    for (const char byte : stream) {
      pair.reader.add({&byte, 1});
      const PacketRead read = pair.reader.next(payload);
      if (read == PacketRead::need_more) continue;
      ASSERT_EQ(read, PacketRead::packet);
      EXPECT_EQ(payload, text_of(next++));
    }
    EXPECT_EQ(next, 80U);
  });
}

TEST(Packets, EveryFlippedBitIsSeen) {
  for_each_guard([](const std::string& cipher, const std::string& mac) {
    std::string stream;
    Pair first;
    arm(first, cipher, mac);
    ASSERT_TRUE(first.writer.put(text_of(20), stream));
    for (std::size_t bit = 0; bit < stream.size() * 8; bit += 3) {
      Pair pair;
      arm(pair, cipher, mac);
      std::string damaged = stream;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      pair.reader.add(damaged);
      std::string payload;
      EXPECT_NE(pair.reader.next(payload), PacketRead::packet) << bit;
    }
  });
}

TEST(Packets, ASequenceIsPartOfTheMac) {
  for_each_guard([](const std::string& cipher, const std::string& mac) {
    if (cipher.find("gcm") != std::string::npos) return;  // its nonce counts for itself
    Pair pair;
    arm(pair, cipher, mac);
    std::string lost;
    std::string stream;
    ASSERT_TRUE(pair.writer.put("lost", lost));
    pair.writer.use(make_guard(cipher, mac, keys_for(cipher, mac), Direction::seal));
    ASSERT_TRUE(pair.writer.put("second", stream));
    pair.reader.add(stream);
    std::string payload;
    EXPECT_NE(pair.reader.next(payload), PacketRead::packet);
  });
}

TEST(Packets, AnImpossibleLengthIsRefusedBeforeItsBytesCome) {
  for (const std::string_view head :
       {"\x00\x10\x00\x04", "\x00\x00\x00\x00", "\x00\x00\x00\x0b", "\xff\xff\xff\xff", "HTTP"}) {
    PacketReader reader;
    reader.add({head.data(), 4});
    std::string payload;
    EXPECT_EQ(reader.next(payload), PacketRead::bad_length);
  }
}

TEST(Packets, PaddingMustFit) {
  PacketReader reader;
  reader.add(
      std::string_view("\x00\x00\x00\x0c\x0c"
                       "abcdefghijk",
                       16));
  std::string payload;
  EXPECT_EQ(reader.next(payload), PacketRead::bad_padding);
}

}  // namespace
}  // namespace reentry::probe
