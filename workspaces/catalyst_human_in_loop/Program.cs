using CatalystHumanInLoop;
using Common;

const string Usage =
    "survey --candidate M-FACE | propose | surface --candidate M-FACE | defect --candidate M-FACE --kind vacancy|adatom | rank";

return CommandLine.Run("catalyst_human_in_loop", Usage, args, (verb, rest) => verb switch
    {
        "survey" => Verbs.Surface(Arguments.Parse(rest, "--candidate"), relaxed: false),
        "propose" => Verbs.Propose(),
        "surface" => Verbs.Surface(Arguments.Parse(rest, "--candidate"), relaxed: true),
        "defect" => Verbs.Defect(Arguments.Parse(rest, "--candidate", "--kind")),
        "rank" => Verbs.Rank(),
        _ => null,
    });
