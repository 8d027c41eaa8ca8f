#pragma once

#include <wmclients/asf/guid.hpp>

#include <cstddef>

namespace wmclients::asf {

// Bytes before what an object holds (ASF specification 01.20.05).
inline constexpr std::size_t object_prefix =
    24; ///< GUID and size, before every object's fields (section 2.1)
inline constexpr std::size_t header_prefix =
    30; ///< of the Header Object, before its first object (section 3.1)
inline constexpr std::size_t data_prefix = 50; ///< of the Data Object, before its packets (section 5.1)

} // namespace wmclients::asf

/// GUIDs of the ASF specification 01.20.05, section 10, as far as a header reader needs them.
namespace wmclients::asf::ids {

// Top level (10.1).
inline constexpr Guid header = *parse_guid("75B22630-668E-11CF-A6D9-00AA0062CE6C");
inline constexpr Guid data = *parse_guid("75B22636-668E-11CF-A6D9-00AA0062CE6C");

// Inside the Header Object (10.2).
inline constexpr Guid file_properties = *parse_guid("8CABDCA1-A947-11CF-8EE4-00C00C205365");
inline constexpr Guid stream_properties = *parse_guid("B7DC0791-A9B7-11CF-8EE6-00C00C205365");
inline constexpr Guid header_extension = *parse_guid("5FBF03B5-A92E-11CF-8EE3-00C00C205365");
inline constexpr Guid codec_list = *parse_guid("86D15240-311D-11D0-A3A4-00A0C90348F6");
inline constexpr Guid script_command = *parse_guid("1EFB1A30-0B62-11D0-A39B-00A0C90348F6");
inline constexpr Guid content_description = *parse_guid("75B22633-668E-11CF-A6D9-00AA0062CE6C");
inline constexpr Guid extended_content_description = *parse_guid("D2D0A440-E307-11D2-97F0-00A0C95EA850");
inline constexpr Guid stream_bitrate_properties = *parse_guid("7BF875CE-468D-11D1-8D82-006097C9A2B2");

// Inside the Header Extension Object (10.3).
inline constexpr Guid extended_stream_properties = *parse_guid("14E6A5CB-C672-4332-8399-A96952065B5A");

// Stream types (10.4).
inline constexpr Guid audio_media = *parse_guid("F8699E40-5B4D-11CF-A8FD-00805F5C442B");
inline constexpr Guid video_media = *parse_guid("BC19EFC0-5B4D-11CF-A8FD-00805F5C442B");
inline constexpr Guid command_media = *parse_guid("59DACFC0-59E6-11D0-A3AC-00A0C90348F6");

} // namespace wmclients::asf::ids
