{
  "target_defaults": {
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-O2"],
    "cflags_cc": ["-std=c++20", "-O3", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wno-parentheses", "-Wno-maybe-uninitialized"],
    "cflags": ["-fPIC"],
    "xcode_settings": {
      "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
      "GCC_OPTIMIZATION_LEVEL": "3",
      "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
      "GCC_ENABLE_CPP_RTTI": "NO",
      "MACOSX_DEPLOYMENT_TARGET": "11.0",
      "OTHER_CPLUSPLUSFLAGS": ["$(OTHER_CFLAGS)", "-ffp-contract=off", "-fvisibility=hidden", "-Wno-parentheses"]
    },
    "msvs_settings": {
      "VCCLCompilerTool": {
        "LanguageStandard": "stdcpp20",
        "Optimization": 3,
        "FloatingPointModel": 1,
        "AdditionalOptions": ["/std:c++20", "/fp:precise"]
      }
    }
  },
  "targets": [
    {
      "target_name": "versant",
      "sources": ["src/addon.cc", "src/native.cc", "src/pool.cc", "src/run.cc", "src/limits.cc", "src/indexing.cc", "src/decode.cc", "src/decodeBody.cc", "src/arrangeBody.cc", "src/decodeLoops.cc", "src/decodeOthers.cc", "src/decodeRows.cc"],
      "conditions": [
        ["target_arch=='x64'", { "dependencies": ["avx2", "avx512"] }],
        ["target_arch=='arm64'", { "dependencies": ["neon"] }]
      ]
    }
  ],
  "conditions": [
    ["target_arch=='x64'", {
      "targets": [
        {
          "target_name": "avx2",
          "type": "static_library",
          "sources": ["src/isa_avx2.cc"],
          "cflags_cc": ["-mavx2", "-mfma"],
          "xcode_settings": { "OTHER_CFLAGS": ["-mavx2", "-mfma"] },
          "msvs_settings": { "VCCLCompilerTool": { "EnableEnhancedInstructionSet": 5 } }
        },
        {
          "target_name": "avx512",
          "type": "static_library",
          "sources": ["src/isa_avx512.cc"],
          "cflags_cc": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma"],
          "xcode_settings": { "OTHER_CFLAGS": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma"] },
          "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/arch:AVX512"] } }
        }
      ]
    }],
    ["target_arch=='arm64'", {
      "targets": [{ "target_name": "neon", "type": "static_library", "sources": ["src/isa_neon.cc"] }]
    }]
  ]
}
