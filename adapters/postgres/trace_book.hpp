// The trace book in PostgreSQL, on a connection and a thread of its own. What waits is written together: one
// transaction for all that came while the last one was under way.
#pragma once

#include "actors/ports/trace_book.hpp"

#include <memory>
#include <string>

namespace tael::postgres {

class PostgresTraceBook final : public TraceBook {
 public:
  /// Connects at the first question, and again after any trouble.
  explicit PostgresTraceBook(std::string url);
  /// What waits is answered as not good.
  ~PostgresTraceBook() override;
  void open(WireTrace draft, Done done) override;
  void settle(TraceState from, WireTrace to, Done done) override;
  void find(std::string channel, std::string number, Done done) override;

 private:
  class Scribe;
  std::unique_ptr<Scribe> scribe_;
};

}  // namespace tael::postgres
