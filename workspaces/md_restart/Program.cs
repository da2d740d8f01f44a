using Common;
using MdRestart;

const string Usage =
    "run --element E --temperature K --steps N [--cells N] [--step-fs DT] [--seed N] [--save-every N] [--from FILE]"
    + " [--tear-at N] [--kill-at N]"
    + " | verify --checkpoint FILE | check --whole TASK --interrupted TASK,… --cooler TASK";

return CommandLine.Run("md_restart", Usage, args, (verb, rest) => verb switch
    {
        "run" => RunVerb.Run(
            Arguments.Parse(
                rest,
                "--element",
                "--temperature",
                "--steps",
                "--cells",
                "--step-fs",
                "--seed",
                "--save-every",
                "--from",
                "--tear-at",
                "--kill-at"
            )
        ),
        "verify" => VerifyVerb.Run(Arguments.Parse(rest, "--checkpoint")),
        "check" => CheckVerb.Run(Arguments.Parse(rest, "--whole", "--interrupted", "--cooler")),
        _ => null,
    });
