using System.Text.Json;
using Common;

namespace ThinFilmLab;

/// <summary>
/// The instrument as a process of its own: looks for requests that nobody has answered or withdrawn yet, measures, and answers. It knows
/// nothing of the campaign but the files that were agreed upon.
/// </summary>
internal sealed class InstrumentService(Instrument instrument, string folder)
{
    public const string RequestName = "experiment_request.json",
        ResultName = "experiment_result.json",
        CurveName = "curve.csv";

    private const string WithdrawnName = "withdrawn.txt";

    /// <summary>Serves until it is interrupted, or until it has answered so many requests.</summary>
    public async Task ServeAsync(int most)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var answered = 0;
        do
        {
            foreach (var request in Requests())
            {
                Answer(request);
                if (++answered == most)
                    return;
            }
        } while (await timer.WaitForNextTickAsync());
    }

    private List<string> Requests()
    {
        if (!Directory.Exists(folder))
            return [];
        var requests = Directory
            .EnumerateFiles(folder, RequestName, SearchOption.AllDirectories)
            .Where(request => !File.Exists(Beside(request, ResultName)) && !File.Exists(Beside(request, WithdrawnName)))
            .ToList();
        requests.Sort(StringComparer.Ordinal);
        return requests;
    }

    /// <summary>Does what a request asks and answers beside it.</summary>
    public void Answer(string request)
    {
        try
        {
            var (task, recipe, sample) = JsonFile.Read(request, root =>
                root.TryGetProperty("parameters", out var parameters)
                    ? (
                        JsonFile.Text(root, "task_id", request),
                        Recipe.Of(parameters, request),
                        (int)JsonFile.Positive(parameters, "sample", request)
                    )
                    : throw UserError.Invalid($"{request}: there are no parameters")
            );

            var curve = instrument.Measure(recipe, sample);
            var work = Beside(request, "work");
            Directory.CreateDirectory(work);
            CurveFile.Write(Path.Combine(work, CurveName), curve);
            Write(request, json =>
            {
                json.WriteString("status", "COMPLETED");
                json.WriteStartObject("data");
                json.WriteNumber("sample", sample);
                json.WriteNumber("points", curve.Count);
                json.WriteNumber("counts", curve.Sum(point => point.Counts));
                json.WriteEndObject();
                json.WriteStartArray("files");
                json.WriteStringValue(CurveName);
                json.WriteEndArray();
            });
            Console.WriteLine($"{task}: sample {sample}, {recipe.Seconds:0.00} s of {recipe.Material}, {curve.Count} points measured");
        }
        catch (UserError error)
        {
            Write(request, json =>
            {
                json.WriteString("status", "FAILED");
                json.WriteString("error", error.Message);
            });
            Console.Error.WriteLine($"thin_film_lab: {error.Message}");
        }
    }

    private static void Write(string request, Action<Utf8JsonWriter> members) => JsonFile.Write(Beside(request, ResultName), members);

    private static string Beside(string request, string name) => Path.Combine(Path.GetDirectoryName(request)!, name);
}
