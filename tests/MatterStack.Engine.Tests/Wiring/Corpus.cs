using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Files of operators.yaml, good and bad. A bad one says at its end what is expected: <c># expect MATTER1011 5,7</c>, and
/// <c># schema cannot see this</c> where a JSON schema has no means to.</summary>
internal static partial class Corpus
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Wiring", "Corpus");

    public static IEnumerable<object[]> Good => Names("good");

    public static IEnumerable<object[]> Bad => Names("bad");

    public static byte[] Bytes(string which, string name) => File.ReadAllBytes(Path.Combine(Folder, which, name + ".yaml"));

    public static string[] Expected(byte[] file) =>
        Expectations().Matches(System.Text.Encoding.Latin1.GetString(file)).Select(static match => match.Groups[1].Value).ToArray();

    public static bool SchemaCannotSee(byte[] file) =>
        System.Text.Encoding.Latin1.GetString(file).Contains("# schema cannot see this", StringComparison.Ordinal);

    /// <summary>The repository's folder.</summary>
    public static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "MatterStack.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("MatterStack.sln");
            }

            return folder;
        }
    }

    private static IEnumerable<object[]> Names(string which) =>
        Directory
            .GetFiles(Path.Combine(Folder, which), "*.yaml")
            .Order(StringComparer.Ordinal)
            .Select(static file => new object[] { Path.GetFileNameWithoutExtension(file) });

    [GeneratedRegex(@"^# expect (MATTER\d{4} \d+,\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Expectations();
}
