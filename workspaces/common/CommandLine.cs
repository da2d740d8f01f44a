using System.Globalization;

namespace Common;

/// <summary>A program of verbs: <c>program verb --name value …</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs a verb. Whatever the user can mend is one line on stderr that begins with the program's name.</summary>
    /// <param name="program">Name of the program, for errors.</param>
    /// <param name="usage">The verbs and their arguments in one line.</param>
    /// <param name="words">The command line.</param>
    /// <param name="run">Verb and the words behind it in, exit code out; null if there is no such verb.</param>
    public static int Run(string program, string usage, string[] words, Func<string, string[], int?> run)
    {
        // Numbers are written the same way on every machine.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return words is [var verb, .. var rest]
                ? run(verb, rest) ?? throw UserError.Usage($"unknown verb '{verb}'")
                : throw UserError.Usage("no verb given");
        }
        catch (UserError error)
        {
            Console.Error.WriteLine($"{program}: {error.Message}{(error.ExitCode == UserError.UsageCode ? "; usage: " + usage : "")}");
            return error.ExitCode;
        }
        catch (IOException error)
        {
            // Files are read and written elsewhere; what is left is the standard output, on a full disk for example.
            Console.Error.WriteLine($"{program}: the standard output cannot be written: {error.Message}");
            return 73;
        }
    }
}
