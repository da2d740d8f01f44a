using BatteryScreening;
using Common;

const string Usage = "reference --structure NAME | host --candidate A-M-X | card --candidates A-M-X,…; host and card take --ions FILE";

return CommandLine.Run("battery_screening", Usage, args, (verb, rest) => verb switch
    {
        "reference" => Verbs.Reference(Arguments.Parse(rest, "--structure")),
        "host" => Verbs.Host(Arguments.Parse(rest, "--candidate", "--ions")),
        "card" => Verbs.Card(Arguments.Parse(rest, "--candidates", "--ions")),
        _ => null,
    });
