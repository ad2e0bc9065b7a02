#include "killing.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace decapod::test {
namespace fs = std::filesystem;

std::string to_string(Place const& place) {
  return std::string(crash::kPointNames.at(static_cast<std::size_t>(place.point))) +
         (place.role == crash::Role::broker ? "/broker" : "/command");
}

std::vector<Place> const& all_places() {
  static std::vector<Place> const places = [] {
    std::vector<Place> all;
    for (std::size_t i = 0; i < crash::kPointNames.size(); ++i)
      for (auto const role : {crash::Role::command, crash::Role::broker})
        all.push_back({static_cast<crash::Point>(i), role});
    return all;
  }();
  return places;
}

Killing::Killing() : program_(directory_ / "decapod") {
  std::error_code other_device;
  fs::create_hard_link(DECAPOD_WITH_POINTS, program_, other_device);
  if (other_device) fs::copy_file(DECAPOD_WITH_POINTS, program_);
  int const file = open(crash::plan_of(program_).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(crash::Plan)) != 0) throw std::runtime_error("no plan can be made");
  void* const memory = mmap(nullptr, sizeof(crash::Plan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) throw std::runtime_error("the plan cannot be mapped");
  plan_ = static_cast<crash::Plan*>(memory);
}

Killing::~Killing() {
  munmap(plan_, sizeof(crash::Plan));
}

void Killing::arm(Place const& place, std::uint64_t nth) {
  auto& armed = cell(place);
  armed.dies_at = armed.visits + nth;
}

bool Killing::disarm(Place const& place) {
  return cell(place).dies_at.exchange(0) == 0;
}

std::uint64_t Killing::deaths_of(crash::Role role) const {
  std::uint64_t deaths = 0;
  for (auto const& each : plan_->cells.at(static_cast<std::size_t>(role))) deaths += each.deaths;
  return deaths;
}

std::string deaths_by_place(Killing const& killing) {
  std::string text;
  for (auto const& place : all_places()) {
    if (killing.visits(place) == 0) continue;
    text += to_string(place) + ' ' + std::to_string(killing.deaths(place)) + '/' +
            std::to_string(killing.visits(place)) + '\n';
  }
  return text;
}

}  // namespace decapod::test
