#include "handlers.h"
#include "importing.h"

namespace decapod::todo {

Result<ExportReply> export_items(contract::Context& context, Export const& request) {
  auto const limit = request.limit.value_or(kExportItemsMax);
  ExportReply reply{.items = store::records_after(context.store(), request.after.value_or(""), limit + 1)};
  if (static_cast<std::int64_t>(reply.items.size()) <= limit) return reply;
  if (!request.limit) {
    auto error =
        fail(ErrorCode::too_large, "there are more than " + std::to_string(limit) + " items", {{"max_items", limit}});
    error.hint = "export in parts: --limit " + std::to_string(limit) + ", then --after the last id of each part";
    return error;
  }
  reply.items.pop_back();
  reply.after = reply.items.back().id;
  return reply;
}

Result<ImportReply> import_items(contract::Context& context, Import const& request) {
  if (static_cast<std::int64_t>(request.items.size()) > request.max_items) {
    return fail(ErrorCode::too_large, "the request has more than " + std::to_string(request.max_items) + " items",
                {{"max_items", request.max_items}});
  }
  return Importing(context, request).run();
}

}  // namespace decapod::todo
