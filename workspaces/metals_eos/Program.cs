using System.Globalization;
using MetalsEos;

// Numbers are written the same way on every machine.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

try
{
    return args is [var verb, .. var rest] ? Run(verb, rest) : throw UserError.Usage("no verb given");
}
catch (UserError error)
{
    Console.Error.WriteLine($"metals_eos: {error.Message}");
    return error.ExitCode;
}
catch (IOException error)
{
    // Files are read and written elsewhere; what is left is the standard output, on a full disk for example.
    Console.Error.WriteLine($"metals_eos: the standard output cannot be written: {error.Message}");
    return 73;
}

static int Run(string verb, string[] rest) => verb switch
{
    "energy" => Verbs.Energy(Arguments.Parse(rest, "--element", "--strain", "--parameters")),
    "fit" => Verbs.Fit(Arguments.Parse(rest, "--element")),
    "rank" => Verbs.Rank(Arguments.Parse(rest, "--parameters")),
    _ => throw UserError.Usage($"unknown verb '{verb}'"),
};
