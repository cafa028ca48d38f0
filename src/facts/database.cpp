#include "facts/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace reentry {
namespace {

constexpr std::size_t kMostRows = 1'000'000;
constexpr int kStepsBetweenLooks = 10'000;
constexpr int kMostLooks = 5'000;  // some seconds of work
constexpr int kMostBytesOfAValue = 64 << 20;
// Where the header tells how the file is written (fileformat2.html, 1.3.3): 2 asks for a write-ahead log,
// which needs shared memory even to read. What is read here is the file alone, so 1 serves.
constexpr std::uint64_t kWriteVersion = 18;
constexpr std::uint64_t kReadVersion = 19;

struct Source {
  const DatabaseSource* bytes = nullptr;
  Missing* failure = nullptr;
};

struct OpenFile {
  sqlite3_file base;
  Source* source;
};

Source& source_behind(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file)->source;  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

int read_bytes(sqlite3_file* file, void* out, int length, sqlite3_int64 offset) {
  const Source& source = source_behind(file);
  const auto at = static_cast<std::uint64_t>(offset);
  const Known<std::string> got = source.bytes->read(at, static_cast<std::size_t>(length));
  if (!got) {
    *source.failure = got.missing();
    return SQLITE_IOERR_READ;
  }
  auto* bytes = static_cast<unsigned char*>(out);
  const std::size_t count = std::min(got->size(), static_cast<std::size_t>(length));
  std::copy_n(got->data(), count,
              reinterpret_cast<char*>(bytes));  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  for (const std::uint64_t version : {kWriteVersion, kReadVersion}) {
    if (version >= at && version - at < count && bytes[version - at] == 2) bytes[version - at] = 1;
  }
  if (count == static_cast<std::size_t>(length)) return SQLITE_OK;
  std::memset(bytes + count, 0, static_cast<std::size_t>(length) - count);
  return SQLITE_IOERR_SHORT_READ;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* out) {
  *out = static_cast<sqlite3_int64>(source_behind(file).bytes->size);
  return SQLITE_OK;
}

sqlite3_io_methods read_only_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = [](sqlite3_file*) { return SQLITE_OK; };
  methods.xRead = read_bytes;
  methods.xWrite = [](sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; };
  methods.xTruncate = [](sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; };
  methods.xSync = [](sqlite3_file*, int) { return SQLITE_OK; };
  methods.xFileSize = size_of_file;
  methods.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
  methods.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
  methods.xCheckReservedLock = [](sqlite3_file*, int* out) {
    *out = 0;
    return SQLITE_OK;
  };
  methods.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
  methods.xSectorSize = [](sqlite3_file*) { return 0; };
  methods.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; };
  return methods;
}

int open_source(sqlite3_vfs* vfs, const char* /*name*/, sqlite3_file* file, int flags, int* out_flags) {
  static const sqlite3_io_methods methods = read_only_methods();
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  auto* open = reinterpret_cast<OpenFile*>(file);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  open->source = static_cast<Source*>(vfs->pAppData);
  open->base.pMethods = &methods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

// One file system of SQLite's with the one file in it.
class OneFile {
 public:
  explicit OneFile(Source& source) {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    if (system == nullptr) return;
    name_ = "reentry-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));  // NOLINT
    vfs_ = *system;
    vfs_.iVersion = 1;
    vfs_.pNext = nullptr;
    vfs_.szOsFile = sizeof(OpenFile);
    vfs_.zName = name_.c_str();
    vfs_.pAppData = &source;
    vfs_.xOpen = open_source;
    vfs_.xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; };
    vfs_.xAccess = [](sqlite3_vfs*, const char*, int, int* out) {
      *out = 0;
      return SQLITE_OK;
    };
    vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
      sqlite3_snprintf(size, out, "%s", name);
      return SQLITE_OK;
    };
    registered_ = sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK;
  }
  OneFile(const OneFile&) = delete;
  OneFile& operator=(const OneFile&) = delete;
  ~OneFile() {
    if (registered_) sqlite3_vfs_unregister(&vfs_);
  }
  [[nodiscard]] const char* name() const { return name_.c_str(); }

 private:
  sqlite3_vfs vfs_{};
  std::string name_;
  bool registered_ = false;
};

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

int read_alone(void* /*unused*/, int action, const char* /*a*/, const char* name, const char* /*b*/,
               const char* /*c*/) {
  if (action == SQLITE_SELECT || action == SQLITE_READ) return SQLITE_OK;
  const std::string_view function = name == nullptr ? "" : name;
  return action == SQLITE_FUNCTION && (function == "max" || function == "count") ? SQLITE_OK : SQLITE_DENY;
}

int look(void* looks) {
  return ++*static_cast<int*>(looks) > kMostLooks ? 1 : 0;
}

void harden(sqlite3* database, int& looks) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMostBytesOfAValue);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_exec(database, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;", nullptr,
               nullptr, nullptr);
  sqlite3_progress_handler(database, kStepsBetweenLooks, look, &looks);
}

Missing sqlite_failure(sqlite3* database) {
  return {Why::malformed, "SQLite", database == nullptr ? "out of memory" : sqlite3_errmsg(database)};
}

bool bind(sqlite3_stmt* statement, const std::vector<DatabaseValue>& arguments) {
  int at = 0;
  for (const DatabaseValue& one : arguments) {
    ++at;
    int done = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&one))
      done = sqlite3_bind_int64(statement, at, *number);
    if (const auto* text = std::get_if<std::string>(&one))
      done = sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    if (done != SQLITE_OK) return false;
  }
  return true;
}

DatabaseValue value_at(sqlite3_stmt* statement, int column) {
  const int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL) return {};
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
    return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
  const void* bytes = sqlite3_column_blob(statement, column);
  const int size = sqlite3_column_bytes(statement, column);
  if (bytes == nullptr) return std::string();
  return std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Known<std::vector<DatabaseRow>> rows_of(sqlite3* database, const std::string& select,
                                        const std::vector<DatabaseValue>& arguments) {
  sqlite3_stmt* made = nullptr;
  const int prepared = sqlite3_prepare_v2(database, select.c_str(), -1, &made, nullptr);
  const Statement statement(made);
  if (prepared != SQLITE_OK || !bind(made, arguments)) return sqlite_failure(database);
  std::vector<DatabaseRow> rows;
  while (true) {
    const int step = sqlite3_step(made);
    if (step == SQLITE_DONE) return rows;
    if (step != SQLITE_ROW) return sqlite_failure(database);
    if (rows.size() == kMostRows) return Missing{Why::malformed, "SQLite", "too many rows"};
    DatabaseRow row;
    for (int i = 0; i < sqlite3_column_count(made); ++i) row.push_back(value_at(made, i));
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::int64_t number_of(const DatabaseValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

std::string text_of(const DatabaseValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

DatabaseSource source_of(std::string_view bytes) {
  return {bytes.size(), [bytes](std::uint64_t offset, std::size_t length) -> Known<std::string> {
            if (offset >= bytes.size()) return std::string();
            return std::string(bytes.substr(static_cast<std::size_t>(offset), length));
          }};
}

Known<std::vector<DatabaseRow>> query(const DatabaseSource& source, const std::string& select,
                                      const std::vector<DatabaseValue>& arguments) {
  Missing failure{Why::not_asked, {}, {}};
  Source behind{&source, &failure};
  const OneFile file(behind);
  sqlite3* made = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  const int opened = sqlite3_open_v2("database", &made, flags, file.name());
  const Database database(made);
  if (opened != SQLITE_OK) return sqlite_failure(made);
  int looks = 0;
  harden(made, looks);
  sqlite3_set_authorizer(made, read_alone, nullptr);
  Known<std::vector<DatabaseRow>> rows = rows_of(made, select, arguments);
  if (!rows && failure.why != Why::not_asked) return failure;
  return rows;
}

Known<bool> has_table(const DatabaseSource& source, const std::string& name) {
  const auto rows =
      query(source, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", {name});
  if (!rows) return rows.missing();
  return !rows->empty() && number_of(rows->front().front()) > 0;
}

Known<std::string> after_statement(std::string_view bytes, const std::string& statement,
                                   const std::vector<DatabaseValue>& arguments) {
  sqlite3* made = nullptr;
  const int opened = sqlite3_open_v2(":memory:", &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const Database database(made);
  if (opened != SQLITE_OK || bytes.empty()) return sqlite_failure(made);
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (copy == nullptr) return sqlite_failure(nullptr);
  std::memcpy(copy, bytes.data(), bytes.size());
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  if (sqlite3_deserialize(made, "main", copy, size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
    return sqlite_failure(made);
  int looks = 0;
  harden(made, looks);
  sqlite3_exec(made, "PRAGMA secure_delete=ON;", nullptr, nullptr, nullptr);
  const auto rows = rows_of(made, statement, arguments);
  if (!rows) return rows.missing();
  sqlite3_int64 length = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> after(sqlite3_serialize(made, "main", &length, 0),
                                                              sqlite3_free);
  if (!after) return sqlite_failure(made);
  return std::string(after.get(), after.get() + length);
}

}  // namespace reentry
