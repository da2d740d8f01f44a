using Common;

namespace MdRestart;

/// <summary>The rows of a trajectory as a file.</summary>
internal static class Trajectory
{
    public const string FileName = "trajectory.csv";

    public static void Write(IEnumerable<Sample> samples)
    {
        try
        {
            File.WriteAllLines(FileName, samples.Select(sample => sample.ToString()).Prepend(Sample.Header));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"{FileName} cannot be written: {error.Message}");
        }
    }

    /// <exception cref="UserError">The file is missing, or no trajectory.</exception>
    public static IReadOnlyList<Sample> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.NoInput($"{path} cannot be read: {error.Message}");
        }
        if (lines is not [Sample.Header, _, ..])
            throw UserError.Invalid($"{path} must begin with '{Sample.Header}' and have rows");

        var samples = new List<Sample>();
        for (var i = 1; i < lines.Length; i++)
            samples.Add(Sample.Parse(lines[i]) ?? throw UserError.Invalid($"{path}:{i + 1} is no row of a trajectory: {lines[i]}"));
        return samples;
    }
}
